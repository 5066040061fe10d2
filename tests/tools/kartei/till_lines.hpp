#pragma once
// Events of the source `till`, a line each, as `kartei append` takes them.

#include <string>

namespace kartei::tools::testing {

inline const std::string tillConnected =
    R"({"specversion":"1.0","id":"c","source":"till","type":"source.connected","data":{"name":"Till"}})"
    "\n";

// Somebody at the till enters the record till/NUMBER.
inline std::string entered(const std::string& number, const std::string& family) {
    return R"({"specversion":"1.0","id":"e)" + number + R"(","source":"till","subject":"till/)" + number +
           R"(","type":"record.entered","data":{"attributes":{"familyName":")" + family + "\"}}}\n";
}

}  // namespace kartei::tools::testing
