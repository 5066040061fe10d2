#pragma once
// The files of a zip archive that somebody else made, in memory, read with libzip. Nothing is written to any disk.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/import_input.hpp"
#include "adapters/problem.hpp"
#include "events/result.hpp"

namespace kartei::adapters {

struct UnpackLimits {
    std::size_t files = 10'000;                          // in the archive
    std::size_t bytes = std::size_t{256} * 1024 * 1024;  // of all files that are unpacked, as they come out
};

bool isZip(std::string_view bytes);

// The files of these names; those that are not there are left out, and all others are not unpacked. They may be in a
// folder, all in the same one.
//
// Problem: archiveInvalid, where it is no zip archive, is damaged or encrypted, breaks the limits (what an entry says
// of its own size is not believed), has a name that leaves the folder (`..`, a leading `/`, `\` or NUL), or has one of
// the files twice.
Result<std::vector<InputFile>, AdapterProblem> unpack(std::string_view archive, const std::vector<std::string>& wanted,
                                                      const UnpackLimits& limits = {});

}  // namespace kartei::adapters
