#pragma once
// Zip archives for tests, also those that no honest program makes.

#include <zip.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "adapters/import_input.hpp"
#include "tests/support/files.hpp"

namespace kartei::adapters::testing {

inline std::string zipped(const std::vector<InputFile>& files) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* buffer = zip_source_buffer_create(nullptr, 0, 0, &error);
    REQUIRE(buffer != nullptr);
    zip_source_keep(buffer);
    zip_t* archive = zip_open_from_source(buffer, ZIP_CREATE | ZIP_TRUNCATE, &error);
    REQUIRE(archive != nullptr);
    for (const auto& file : files) {
        zip_source_t* content = zip_source_buffer(archive, file.bytes.data(), file.bytes.size(), 0);
        REQUIRE(zip_file_add(archive, file.name.c_str(), content, ZIP_FL_ENC_UTF_8) >= 0);
    }
    REQUIRE(zip_close(archive) == 0);
    REQUIRE(zip_source_open(buffer) == 0);
    zip_stat_t state;
    REQUIRE(zip_source_stat(buffer, &state) == 0);
    std::string bytes(state.size, '\0');
    REQUIRE(zip_source_read(buffer, bytes.data(), bytes.size()) == static_cast<zip_int64_t>(bytes.size()));
    zip_source_close(buffer);
    zip_source_free(buffer);
    return bytes;
}

// The archive's bytes with every `from` replaced by `to` of the same length: names that zip programs refuse to write.
inline std::string replaced(std::string bytes, const std::string& from, const std::string& to) {
    REQUIRE(from.size() == to.size());
    std::size_t count = 0;
    for (std::size_t at = bytes.find(from); at != std::string::npos; at = bytes.find(from, at + to.size())) {
        bytes.replace(at, from.size(), to);
        ++count;
    }
    REQUIRE(count > 0);
    return bytes;
}

// A file of the sample salon.
inline std::string sampleFile(const std::string& name) {
    auto content =
        kartei::testing::contentOf(kartei::testing::testsFolder().parent_path() / "samples" / "salon" / name);
    REQUIRE(content.has_value());
    return *content;
}

}  // namespace kartei::adapters::testing
