#pragma once
// Imports the files of a folder as they come (watched_directory.hpp), whichever way the Kartei is reached.
//
// A file goes to `done/` with the answer of its import as the report. It goes to `failed/` where it is bad input or too
// large, with {"code","detail"}; or where rows were refused and there was nothing else, with the answer. Where it is no
// fault of the file (storage, nobody is let in, nobody declares anything, the source is disconnected), it stays in
// `taking/` and the watch ends, and so does one whose import is interrupted: whoever watches the folder next goes on
// with it, and what was stored before is not stored again (embedded_import.hpp). A server that is not there is asked
// again until it is. An adapter or mapping that is none is bad input before any file is taken.

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "tools/kartei/operations.hpp"
#include "tools/kartei/watched_directory.hpp"

namespace kartei::tools {

enum class Once { no, yes };

struct WatchRequest {
    std::filesystem::path directory;
    ImportRequest import;  // but for the file
    Once once = Once::no;  // end when no file is left
    std::chrono::milliseconds quiet{1'000};
};

struct WatchedFile {
    std::string name;
    std::string movedTo;  // "done/2025-07-01.zip"
    WatchedDirectory::End end{};
    Answer answer;
};

struct WatchListener {
    std::function<bool()> stop;  // asked between files, and within one after each batch
    std::function<void(const WatchedFile&)> tell;
};

// Returns when it is to stop, or, with Once::yes, when no file is left; a Failure where it cannot go on.
std::optional<Failure> watch(Operations& operations, const WatchRequest& request, const WatchListener& listener);

}  // namespace kartei::tools
