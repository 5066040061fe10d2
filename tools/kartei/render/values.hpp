#pragma once
// Single values as people read them.

#include <cstdint>
#include <string>
#include <string_view>

#include "projections/words.hpp"
#include "tools/kartei/render/view.hpp"

namespace kartei::tools::render {

using projections::counted;
using projections::words;

// An amount in minor units with its currency: 4500 and EUR is "45,00 EUR", 4500 and JPY "4500 JPY". How many digits
// a currency's minor unit has is ICU's to say.
std::string moneyText(std::int64_t minorUnits, std::string_view currency);
// The same of `{amount,currency}`; empty where there is none.
std::string moneyText(View money);

// An RFC 3339 time as the clock on the wall shows it, in the zone of this computer (TZ): "2026-03-14 10:30". What is
// no time comes back as it is.
std::string localTime(std::string_view rfc3339);
std::string localTime(View time);

// A person's name in a customer file: given and family name, else the company, else the e-mail address, else nothing.
std::string personName(View file);

// A join in one line: "merge terminbuch/r-209 into comcash/4711", "link a/1 and b/2".
std::string joinText(View join);

}  // namespace kartei::tools::render
