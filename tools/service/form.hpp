#pragma once
// Forms with files in them: multipart/form-data (RFC 7578), in the grammar of RFC 2046 §5.1.1, strictly. There is
// nothing before the first part and nothing behind the last, and each part says its name.

#include <string>
#include <string_view>
#include <vector>

#include "events/result.hpp"

namespace kartei::tools::service {

struct FormPart {
    std::string name;
    std::string fileName;      // without folders; empty where none is said
    std::string_view content;  // in the body that was parsed
};

enum class FormProblem {
    noForm,     // the media type is another one, or names no boundary
    notClosed,  // the last delimiter is missing: the body was cut off, or the boundary is not the body's
    badPart,    // a part's header cannot be read, or does not say the part's name
    tooMany,    // more parts than 64
};

// `contentType`: as the header has it. The parts point into `body`.
Result<std::vector<FormPart>, FormProblem> parseForm(std::string_view contentType, std::string_view body);

}  // namespace kartei::tools::service
