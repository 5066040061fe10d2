#include "projections/words.hpp"

namespace kartei::projections {

std::string words(std::string_view camelCase) {
    std::string text;
    for (const char letter : camelCase) {
        if (letter >= 'A' && letter <= 'Z') {
            text += ' ';
            text += static_cast<char>(letter - 'A' + 'a');
        } else {
            text += letter;
        }
    }
    return text;
}

std::string counted(std::size_t count, std::string_view noun) {
    return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace kartei::projections
