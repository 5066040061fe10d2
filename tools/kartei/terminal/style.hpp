#pragma once
// Colours, on a terminal only, and only where nobody has asked for none (NO_COLOR, https://no-color.org).

#include <string>
#include <string_view>

namespace kartei::tools::terminal {

enum class Tone { plain, strong, faint, good, warning, bad };

enum class Colours { off, on };

class Style {
public:
    explicit Style(Colours colours) : colours_(colours) {}
    // The text in its tone. It must be harmless already.
    [[nodiscard]] std::string paint(std::string_view text, Tone tone) const;

private:
    Colours colours_;
};

// What is known of the place where an output stream ends up.
struct Surface {
    enum class Kind { terminal, pipe };
    Kind kind = Kind::pipe;
    Colours colours = Colours::off;
    int width = 80;  // columns
};

// Looks at the file descriptor (1, 2) and the environment (NO_COLOR, TERM, COLUMNS).
Surface surfaceOf(int fileDescriptor);

}  // namespace kartei::tools::terminal
