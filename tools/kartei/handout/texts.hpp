#pragma once
// What goes into archives as it stands in this folder.

#include <string_view>

namespace kartei::tools::handout {

extern const std::string_view readme;      // README.txt, below its first lines
extern const std::string_view howToCheck;  // HOW-TO-CHECK.md
extern const std::string_view check;       // check.sh

}  // namespace kartei::tools::handout
