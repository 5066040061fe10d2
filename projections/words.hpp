#pragma once
// Names of the wire and numbers as sentences for people have them.

#include <cstddef>
#include <string>
#include <string_view>

namespace kartei::projections {

// A name of the wire as people write it: "onlineRegistration" is "online registration".
std::string words(std::string_view camelCase);

// "3 records", "1 record".
std::string counted(std::size_t count, std::string_view noun);

}  // namespace kartei::projections
