#include "tools/kartei/render/page.hpp"

#include "tools/kartei/terminal/text.hpp"

namespace kartei::tools::render {

void heading(Screen& screen, std::string_view text) {
    screen.out << '\n';
    line(screen, text, Tone::strong);
}

void line(Screen& screen, std::string_view text, Tone tone, std::size_t indent) {
    const std::size_t width = screen.width > indent + 1 ? screen.width - indent : 1;
    for (const auto& part : terminal::folded(terminal::harmless(text), width)) {
        screen.out << std::string(indent, ' ') << screen.style.paint(part, tone) << '\n';
    }
}

Column left(std::string_view heading) {
    return {std::string(heading), terminal::Align::left, terminal::Overflow::shorten};
}
Column text(std::string_view heading) {
    return {std::string(heading), terminal::Align::left, terminal::Overflow::wrap};
}
Column name(std::string_view heading) {
    return {std::string(heading), terminal::Align::left, terminal::Overflow::keep};
}
Column right(std::string_view heading) {
    return {std::string(heading), terminal::Align::right, terminal::Overflow::keep};
}

}  // namespace kartei::tools::render
