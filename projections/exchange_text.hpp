#pragma once
// Text as files for other programs may hold it.

#include <string>
#include <string_view>

namespace kartei::projections {

// Line breaks of any kind as LF, and no other control characters but tabs: vCard and iCalendar have no way to write
// those.
std::string exchangeText(std::string_view text);

}  // namespace kartei::projections
