#include "projections/exchange_text.hpp"

namespace kartei::projections {

std::string exchangeText(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char letter = text[i];
        if (letter == '\r') {
            out += '\n';
            if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
        } else if (letter == '\n' || letter == '\t' ||
                   (static_cast<unsigned char>(letter) >= ' ' && letter != '\x7F')) {
            out += letter;
        }
    }
    return out;
}

}  // namespace kartei::projections
