#include "tools/kartei/archive.hpp"

#include <zip.h>

#include <memory>
#include <stdexcept>

namespace kartei::tools {

namespace {

void require(bool done) {
    if (!done) throw std::runtime_error("The archive cannot be made.");
}

struct DiscardArchive {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct FreeSource {
    void operator()(zip_source_t* source) const { zip_source_free(source); }
};
using Source = std::unique_ptr<zip_source_t, FreeSource>;

void add(zip_t* archive, const ArchiveFile& file) {
    constexpr zip_uint32_t forOwner = 0100600;
    constexpr zip_uint32_t programForOwner = 0100700;
    constexpr int modeShift = 16;
    Source content(zip_source_buffer(archive, file.content.data(), file.content.size(), 0));
    require(content != nullptr);
    const auto index = zip_file_add(archive, file.name.c_str(), content.get(), ZIP_FL_ENC_UTF_8);
    require(index >= 0);
    (void)content.release();  // the archive's now
    const auto mode = file.kind == ArchiveFile::Kind::program ? programForOwner : forOwner;
    require(zip_file_set_external_attributes(archive, static_cast<zip_uint64_t>(index), 0, ZIP_OPSYS_UNIX,
                                             mode << modeShift) == 0);
}

std::string contentOf(zip_source_t* source) {
    zip_stat_t about;
    require(zip_source_stat(source, &about) == 0 && zip_source_open(source) == 0);
    std::string bytes(about.size, '\0');
    const auto read = zip_source_read(source, bytes.data(), bytes.size());
    zip_source_close(source);
    require(read == static_cast<zip_int64_t>(bytes.size()));
    return bytes;
}

}  // namespace

std::string zipOf(const std::vector<ArchiveFile>& files) {
    const Source target(zip_source_buffer_create(nullptr, 0, 0, nullptr));
    require(target != nullptr);
    std::unique_ptr<zip_t, DiscardArchive> archive(zip_open_from_source(target.get(), ZIP_TRUNCATE, nullptr));
    require(archive != nullptr);
    zip_source_keep(target.get());  // once for the archive, once for us
    for (const auto& file : files) add(archive.get(), file);
    require(zip_close(archive.get()) == 0);
    (void)archive.release();
    return contentOf(target.get());
}

}  // namespace kartei::tools
