#pragma once
// A JSON array without a document of it in memory, which takes many times its bytes.

#include <string>
#include <string_view>

#include "events/json.hpp"

namespace kartei::events {

// Its elements, each in its one form and on a line of its own. As strict as parseJson.
Result<std::string, JsonProblem> linesOfArray(std::string_view text);

}  // namespace kartei::events
