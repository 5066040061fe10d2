#pragma once
// Standard base64 with padding (RFC 4648 §4).

#include <optional>
#include <string>
#include <string_view>

namespace kartei::events {

std::string toBase64(std::string_view bytes);
// Nothing where it is none, to its last letter.
std::optional<std::string> fromBase64(std::string_view text);

}  // namespace kartei::events
