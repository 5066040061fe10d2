#pragma once
// What came of something that was asked for.

#include <cstddef>
#include <set>
#include <string>

#include "tools/kartei/render/page.hpp"

namespace kartei::tools::render {

// One line for each event sent, and a summary. `knownBefore`: numbers, from 1, of those that had been recorded already.
void appendResults(View answer, const std::set<std::size_t>& knownBefore, Screen& screen);
// Whether a rule refused one of them.
bool anyRefused(View answer);

void importOutcome(View answer, Screen& screen);
// A file that was watched for: {"file","movedTo","report"}.
void watchedFile(View file, Screen& screen);
// Whether rows were refused and there was nothing else.
bool noneTaken(View answer);
void policy(View rules, Screen& screen);
void rebuildOutcome(View answer, Screen& screen);
void verifyOutcome(View answer, Screen& screen);
// The receipt alone, so that it can be sent into a file.
void receipt(View answer, Screen& screen);
void publishOutcome(View answer, Screen& screen);
void logKey(View answer, Screen& screen);
void incarnation(View answer, Screen& screen);
void logStatus(View answer, Screen& screen);
void backupOutcome(View answer, Screen& screen);
void rotationOutcome(View answer, Screen& screen);
void exportOutcome(View answer, Screen& screen);
// The token alone, so that it can be sent into a file.
void newToken(View answer, Screen& screen);
void revoked(View answer, Screen& screen);
void erasureOutcome(View answer, Screen& screen);
// "Linked at position 42."; `more` is a second line, such as how to take it back.
void decision(View answer, Screen& screen, std::string_view done, std::string_view more = {});

}  // namespace kartei::tools::render
