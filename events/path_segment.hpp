#pragma once
// Names that stand in the path of an address (RFC 3986 §3.3).

#include <string_view>

namespace kartei::events {

// Whether the text, encoded, is one segment of a path that nobody takes for another or for a way out of it: it is not
// empty, `.` or `..`, and holds no slash, backslash or control character.
bool isPathSegment(std::string_view text);

// Whether a control character is in it, which no name has.
bool holdsControls(std::string_view text);

}  // namespace kartei::events
