#include "adapters/unpacked_archive.hpp"

#include <zip.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

namespace kartei::adapters {

namespace {

struct Close {
    void operator()(zip_t* archive) const { zip_discard(archive); }
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using Archive = std::unique_ptr<zip_t, Close>;
using Entry = std::unique_ptr<zip_file_t, Close>;

AdapterProblem invalid(std::string text) { return {ProblemKind::archiveInvalid, std::move(text)}; }
AdapterProblem damaged() { return invalid("the zip archive is damaged or encrypted"); }

Archive openArchive(std::string_view bytes) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    Archive archive(source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error));
    if (archive == nullptr && source != nullptr) zip_source_free(source);
    zip_error_fini(&error);
    return archive;
}

// Whether an unpacking program that believes the name would write outside of its folder.
bool leavesTheFolder(std::string_view name) {
    if (name.empty() || name.front() == '/' || name.find('\\') != std::string_view::npos) return true;
    if (name.find('\0') != std::string_view::npos || name.find(':') != std::string_view::npos) return true;
    for (;;) {
        const std::size_t slash = name.find('/');
        if (name.substr(0, slash) == "..") return true;
        if (slash == std::string_view::npos) return false;
        name.remove_prefix(slash + 1);
    }
}

struct Found {
    zip_uint64_t index = 0;
    std::string folder;
    std::string name;
};

// Which entries are wanted, once all names have been looked at.
Result<std::vector<Found>, AdapterProblem> find(zip_t* archive, const std::vector<std::string>& wanted,
                                                const UnpackLimits& limits) {
    const auto count = static_cast<std::size_t>(std::max<zip_int64_t>(zip_get_num_entries(archive, 0), 0));
    if (count > limits.files) return failed(invalid("the zip archive holds too many files"));
    std::vector<Found> found;
    for (zip_uint64_t index = 0; index < count; ++index) {
        const char* text = zip_get_name(archive, index, ZIP_FL_ENC_GUESS);
        const std::string path = text == nullptr ? std::string() : text;
        if (leavesTheFolder(path)) return failed(invalid("the zip archive has a file whose name leads out of it"));
        const std::size_t slash = path.rfind('/');
        const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
        if (std::find(wanted.begin(), wanted.end(), name) == wanted.end()) continue;
        found.push_back({index, slash == std::string::npos ? std::string() : path.substr(0, slash), name});
    }
    for (const auto& file : found) {
        const auto same = [&](const Found& other) { return other.name == file.name; };
        if (std::count_if(found.begin(), found.end(), same) > 1) {
            return failed(invalid("the zip archive has " + file.name + " more than once"));
        }
        if (file.folder != found.front().folder) {
            return failed(invalid("the files of the export are in several folders of the zip archive"));
        }
    }
    return found;
}

// The content, or nothing where it is damaged or longer than `most`.
std::optional<std::string> contentOf(zip_t* archive, zip_uint64_t index, std::size_t most) {
    const Entry entry(zip_fopen_index(archive, index, 0));
    if (entry == nullptr) return std::nullopt;
    std::string content;
    constexpr std::size_t pieceBytes = std::size_t{64} * 1024;
    std::array<char, pieceBytes> piece{};
    for (;;) {
        const zip_int64_t size = zip_fread(entry.get(), piece.data(), piece.size());
        if (size < 0) return std::nullopt;
        if (size == 0) return content;
        content.append(piece.data(), static_cast<std::size_t>(size));
        if (content.size() > most) return content;
    }
}

}  // namespace

bool isZip(std::string_view bytes) { return bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06"); }

Result<std::vector<InputFile>, AdapterProblem> unpack(std::string_view archive, const std::vector<std::string>& wanted,
                                                      const UnpackLimits& limits) {
    const auto opened = isZip(archive) ? openArchive(archive) : nullptr;
    if (opened == nullptr) return failed(damaged());
    auto found = find(opened.get(), wanted, limits);
    if (!found) return failed(std::move(found.error()));
    std::vector<InputFile> files;
    std::size_t left = limits.bytes;
    for (auto& file : *found) {
        auto content = contentOf(opened.get(), file.index, left);
        if (!content) return failed(damaged());
        if (content->size() > left) return failed(invalid("what is in the zip archive is too large"));
        left -= content->size();
        files.push_back({std::move(file.name), std::move(*content)});
    }
    return files;
}

}  // namespace kartei::adapters
