#pragma once
// Bytes as text that can be reviewed: the form of `xxd`, which also turns it back (`xxd -r`).

#include <string>
#include <string_view>

namespace kartei::testing {

// Lines of an offset, 16 bytes in hexadecimal, and the same bytes as far as they are letters.
std::string hexDump(std::string_view bytes);

// The bytes of such lines. Throws std::invalid_argument where it is something else.
std::string bytesOfHexDump(const std::string& dump);

// The bytes of hexadecimal digits; blanks between them do not matter. Throws std::invalid_argument.
std::string bytesOfHex(std::string_view digits);

}  // namespace kartei::testing
