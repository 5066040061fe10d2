#include "ledger/database_moment.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>
#include <thread>

#include "ledger/failure.hpp"
#include "ledger/files.hpp"

namespace kartei::ledger {

namespace {

namespace fs = std::filesystem;

// How often it is tried while its holder changes the list of tables all the time.
constexpr int attempts = 200;
constexpr std::chrono::milliseconds betweenAttempts{5};

constexpr const char* currentName = "CURRENT";  // names the list of tables that counts

// Those that a database is made of; nothing of what is only about its being open.
struct Files {
    std::vector<fs::path> tables;
    std::vector<fs::path> logs;
};

Files filesOf(const fs::path& database) {
    Files files;
    for (const auto& file : fs::directory_iterator(database)) {
        if (file.path().extension() == ".sst") files.tables.push_back(file.path());
        if (file.path().extension() == ".log") files.logs.push_back(file.path());
    }
    return files;
}

// False where it is gone by now.
bool copyInto(const fs::path& directory, const fs::path& file) {
    std::error_code error;
    fs::copy_file(file, directory / file.filename(), error);
    if (!error) return true;
    if (error == std::errc::no_such_file_or_directory) return false;
    throw Failure(
        Failure::Kind::storage,
        "The write-ahead log cannot be copied to the temporary directory (see TMPDIR): " + error.message() + ".");
}

}  // namespace

DatabaseMoment::DatabaseMoment(const fs::path& database) {
    for (int attempt = 0; attempt < attempts; ++attempt) {
        if (take(database)) {
            opened_.emplace(OpenedDatabase::copy(directory_.path()));
            return;
        }
        forget();
        std::this_thread::sleep_for(betweenAttempts);
    }
    throw Failure(Failure::Kind::storage, "The data directory changes faster than it can be copied; try again.");
}

DatabaseMoment::~DatabaseMoment() {
    opened_.reset();
    forget();
}

void DatabaseMoment::forget() {
    std::error_code ignored;
    for (const auto& file : fs::directory_iterator(directory_.path(), ignored)) fs::remove_all(file.path(), ignored);
    for (const int table : tables_) ::close(table);
    tables_.clear();
}

bool DatabaseMoment::take(const fs::path& database) {
    const auto current = contentOf(database / currentName);
    if (!current || current->empty()) return false;
    const auto files = filesOf(database);
    for (const auto& table : files.tables) {
        if (!takeTable(table)) return false;
    }
    for (const auto& log : files.logs) {
        if (!copyInto(directory_.path(), log)) return false;
    }
    const auto list = current->substr(0, current->find('\n'));
    for (const auto& name : {list, std::string(currentName)}) {
        if (!copyInto(directory_.path(), database / name)) return false;
    }
    return contentOf(database / currentName) == current && contentOf(directory_.path() / currentName) == current;
}

bool DatabaseMoment::takeTable(const fs::path& table) {
    const int opened = ::open(table.c_str(), O_RDONLY | O_CLOEXEC);
    if (opened < 0 && errno == ENOENT) return false;
    if (opened < 0) {
        throw Failure(Failure::Kind::storage, "A table of the data directory cannot be opened: " +
                                                  std::generic_category().message(errno) + ".");
    }
    tables_.push_back(opened);
    fs::create_symlink("/proc/self/fd/" + std::to_string(opened), directory_.path() / table.filename());
    return true;
}

}  // namespace kartei::ledger
