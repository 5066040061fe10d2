#include "ledger/durable_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "ledger/failure.hpp"

namespace kartei::ledger {

namespace {

constexpr ::mode_t forOwnerAlone = 0600;

[[noreturn]] void fails(const std::filesystem::path& path) {
    throw Failure(Failure::Kind::storage, path.string() + " cannot be written to.");
}

void writeSynced(const std::filesystem::path& file, int flags, std::string_view content) {
    const int descriptor = ::open(file.c_str(), flags | O_WRONLY | O_CREAT | O_CLOEXEC, forOwnerAlone);
    if (descriptor < 0) fails(file);
    bool good = true;
    while (good && !content.empty()) {
        const auto written = ::write(descriptor, content.data(), content.size());
        good = written > 0;
        if (good) content.remove_prefix(static_cast<std::size_t>(written));
    }
    good = good && ::fsync(descriptor) == 0;
    ::close(descriptor);
    if (!good) fails(file);
}

}  // namespace

void syncToDisk(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    if (descriptor >= 0) ::close(descriptor);
    if (!synced) fails(path);
}

void makeDirectory(const std::filesystem::path& directory) {
    if (std::filesystem::is_directory(directory)) return;
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) throw Failure(Failure::Kind::storage, "Cannot make " + directory.string() + ": " + error.message());
    syncToDisk(std::filesystem::absolute(directory).parent_path());
}

std::filesystem::path unfinishedOf(const std::filesystem::path& file) { return file.string() + ".new"; }

void replaceFile(const std::filesystem::path& file, std::string_view content) {
    const auto beside = unfinishedOf(file);
    writeSynced(beside, O_TRUNC, content);
    std::error_code error;
    std::filesystem::rename(beside, file, error);
    if (error) fails(file);
    syncToDisk(std::filesystem::absolute(file).parent_path());
}

void appendToFile(const std::filesystem::path& file, std::string_view content) {
    const bool isNew = !std::filesystem::exists(file);
    writeSynced(file, O_APPEND, content);
    if (isNew) syncToDisk(std::filesystem::absolute(file).parent_path());
}

}  // namespace kartei::ledger
