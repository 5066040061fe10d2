#include "tests/support/hex_dump.hpp"

#include <sodium.h>

#include <array>
#include <cstdio>
#include <sstream>
#include <stdexcept>

namespace kartei::testing {

namespace {

constexpr std::size_t lineBytes = 16;

std::string hexOf(unsigned number, int digits) {
    std::array<char, 16> text{};
    const int length = std::snprintf(text.data(), text.size(), "%0*x", digits, number);
    return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace

std::string hexDump(std::string_view bytes) {
    std::string dump;
    for (std::size_t offset = 0; offset < bytes.size(); offset += lineBytes) {
        std::string hex;
        std::string letters;
        for (const unsigned char byte : bytes.substr(offset, lineBytes)) {
            if (letters.size() % 2 == 0) hex += ' ';
            hex += hexOf(byte, 2);
            letters += byte >= ' ' && byte < 0x7f ? static_cast<char>(byte) : '.';
        }
        constexpr std::size_t hexWidth = lineBytes / 2 * 5;
        hex.resize(hexWidth, ' ');
        dump.append(hexOf(static_cast<unsigned>(offset), 8)).append(":").append(hex);
        dump.append("  ").append(letters).append("\n");
    }
    return dump;
}

std::string bytesOfHex(std::string_view digits) {
    std::string bytes(digits.size() / 2, '\0');
    std::size_t size = 0;
    const char* end = nullptr;
    const int done = sodium_hex2bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), digits.data(),
                                    digits.size(), " ", &size, &end);
    if (done != 0 || end != digits.data() + digits.size()) throw std::invalid_argument("no hexadecimal digits");
    bytes.resize(size);
    return bytes;
}

std::string bytesOfHexDump(const std::string& dump) {
    std::string bytes;
    std::istringstream lines(dump);
    for (std::string line; std::getline(lines, line);) {
        const auto colon = line.find(": ");
        const auto letters = line.find("  ", colon);
        if (colon == std::string::npos || letters == std::string::npos) throw std::invalid_argument("no hex dump");
        bytes += bytesOfHex(std::string_view(line).substr(colon + 2, letters - colon - 2));
    }
    return bytes;
}

}  // namespace kartei::testing
