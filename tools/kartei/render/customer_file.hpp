#pragma once
// The customer file and what is read from it.

#include "tools/kartei/render/page.hpp"

namespace kartei::tools::render {

// Who it is, where each value comes from, what the person agreed to, and how the records came together.
void customerFile(View file, Screen& screen);
// The visits, by start.
void history(View history, Screen& screen);
// Consents, or the answer to whether somebody may be contacted.
void consents(View answer, Screen& screen);

// One line on a person: "Anna Muster (comcash/4711)".
std::string whoIs(View file);
// A table of statements, as in a file's `consents`; nothing where there are none.
void consentTable(View consents, Screen& screen);

}  // namespace kartei::tools::render
