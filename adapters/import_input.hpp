#pragma once
// What an import reads, as it came: nobody here opens a file.

#include <string>
#include <vector>

namespace kartei::adapters {

struct InputFile {
    std::string name;  // without its folder: "kunden.csv"; empty where it has none, as of standard input
    std::string bytes;
};

// One file, or those of a folder that belong together.
using ImportInput = std::vector<InputFile>;

}  // namespace kartei::adapters
