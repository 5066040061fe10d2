#pragma once
// Answers that say no: problem details (RFC 9457) with a `code`, which is a rule's or one of those below.
//
// Which status a code has: what a rule refuses is 409, but for `not_found` (404) and `changed_since` (412); bad input
// is 400, but for `unknown_business` (404); what the disk says no to is 503 or 500, by whether it may pass.

#include <string>

#include "tools/kartei/operations.hpp"
#include "tools/service/message.hpp"

namespace kartei::tools::service {

// `detail`: a sentence for a person, without personal data.
Response problem(unsigned status, const std::string& code, const std::string& detail);
Response problemOf(const Failure& failure);

// A problem's code; empty where the response is none.
std::string codeOf(const Response& problem);

// The status's name, as RFC 9110 has it.
std::string reasonOf(unsigned status);

}  // namespace kartei::tools::service
