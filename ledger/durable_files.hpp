#pragma once
// Small files that must survive a power cut: what is written here is on the disk when the call returns.
//
// Threads: any, as long as no two write the same file.

#include <filesystem>
#include <string_view>

namespace kartei::ledger {

// A file's content, or the names in a directory. Throws Failure where the disk says no.
void syncToDisk(const std::filesystem::path& path);

// Makes the directory, and those above it, where they are not there.
void makeDirectory(const std::filesystem::path& directory);

// Puts the content into the file's place, whole or not at all, readable for its owner alone. Throws Failure.
void replaceFile(const std::filesystem::path& file, std::string_view content);

// Where replaceFile has the content before it stands in the file's place. A crash may leave it there; the next call
// writes over it.
std::filesystem::path unfinishedOf(const std::filesystem::path& file);

// Adds to the file's end, and makes it where it is not there; after a crash, part of `content` may be there. Throws
// Failure.
void appendToFile(const std::filesystem::path& file, std::string_view content);

}  // namespace kartei::ledger
