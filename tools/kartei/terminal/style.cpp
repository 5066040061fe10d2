#include "tools/kartei/terminal/style.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>

namespace kartei::tools::terminal {

namespace {

constexpr int narrowest = 20;
constexpr int widest = 1'000;

std::string_view codeOf(Tone tone) {
    switch (tone) {
        case Tone::plain: return "";
        case Tone::strong: return "\x1b[1m";
        case Tone::faint: return "\x1b[2m";
        case Tone::good: return "\x1b[32m";
        case Tone::warning: return "\x1b[33m";
        case Tone::bad: return "\x1b[31m";
    }
    return "";
}

std::string_view variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view{} : std::string_view{value};
}

std::optional<int> columnsVariable() {
    const auto text = variable("COLUMNS");
    int columns = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), columns);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return columns;
}

std::optional<int> columnsOfWindow(int fileDescriptor) {
    winsize size{};
    if (ioctl(fileDescriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
    return size.ws_col;
}

}  // namespace

std::string Style::paint(std::string_view text, Tone tone) const {
    if (colours_ == Colours::off || tone == Tone::plain || text.empty()) return std::string(text);
    return std::string(codeOf(tone)).append(text).append("\x1b[0m");
}

Surface surfaceOf(int fileDescriptor) {
    Surface surface;
    if (isatty(fileDescriptor) == 1) {
        surface.kind = Surface::Kind::terminal;
        const bool wanted = variable("NO_COLOR").empty() && variable("TERM") != "dumb";
        surface.colours = wanted ? Colours::on : Colours::off;
    }
    auto columns = columnsVariable();
    if (!columns) columns = columnsOfWindow(fileDescriptor);
    if (columns) surface.width = std::clamp(*columns, narrowest, widest);
    return surface;
}

}  // namespace kartei::tools::terminal
