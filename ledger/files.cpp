#include "ledger/files.hpp"

#include <algorithm>
#include <array>
#include <fstream>

#include "ledger/failure.hpp"

namespace kartei::ledger {

std::optional<std::string> contentOf(std::istream& in, std::size_t most) {
    std::string bytes;
    std::array<char, 65'536> piece{};
    while (bytes.size() < most && in) {
        in.read(piece.data(), static_cast<std::streamsize>(std::min(piece.size(), most - bytes.size())));
        bytes.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    }
    return in.bad() ? std::nullopt : std::optional(std::move(bytes));
}

std::optional<std::string> contentOf(const std::filesystem::path& file, std::size_t most) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return std::nullopt;
    return contentOf(in, most);
}

std::optional<std::string> contentIfThere(const std::filesystem::path& file) {
    std::error_code unknown;  // such as a folder that may not be looked into
    if (!std::filesystem::exists(file, unknown) && !unknown) return std::nullopt;
    auto bytes = contentOf(file);
    if (!bytes) throw Failure(Failure::Kind::storage, file.string() + " cannot be read.");
    return bytes;
}

}  // namespace kartei::ledger
