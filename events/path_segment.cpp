#include "events/path_segment.hpp"

#include <algorithm>

namespace kartei::events {

bool isPathSegment(std::string_view text) {
    if (text.empty() || text == "." || text == "..") return false;
    return text.find_first_of("/\\") == std::string_view::npos && !holdsControls(text);
}

bool holdsControls(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char letter) {
        const auto byte = static_cast<unsigned char>(letter);
        return byte < ' ' || byte == 0x7f;
    });
}

}  // namespace kartei::events
