#include "tools/kartei/terminal/progress.hpp"

#include <algorithm>
#include <cmath>

namespace kartei::tools::terminal {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds betweenBars{100};
constexpr milliseconds betweenLines{5'000};
constexpr std::size_t widestBar = 30;
constexpr std::size_t narrowestBar = 5;
constexpr std::string_view backToLineStart = "\r\x1b[K";

}  // namespace

Progress::Progress(std::ostream& err, Kind kind, std::string what, std::size_t width, Clock clock)
    : err_(err),
      kind_(kind),
      what_(std::move(what)),
      width_(width),
      clock_(std::move(clock)),
      started_(clock_()),
      drawn_(started_) {}

Progress::~Progress() {
    if (onScreen_) err_ << backToLineStart << std::flush;
}

void Progress::show(const Stage& stage) {
    if (kind_ == Kind::silent) return;
    const auto now = clock_();
    if (now - drawn_ < (kind_ == Kind::bar ? betweenBars : betweenLines)) return;
    drawn_ = now;
    const auto text = counts(stage, std::chrono::duration<double>(now - started_).count());
    if (kind_ == Kind::lines) {
        err_ << text << std::endl;
        return;
    }
    err_ << backToLineStart << bar(stage, text) << std::flush;
    onScreen_ = true;
}

std::string Progress::counts(const Stage& stage, double seconds) const {
    std::string text = std::to_string(stage.done);
    if (stage.expected > 0) text += " of " + std::to_string(stage.expected);
    text += " " + what_;
    double perSecond = stage.perSecond;
    if (perSecond <= 0 && seconds > 0) perSecond = static_cast<double>(stage.done) / seconds;
    if (perSecond > 0) text += ", " + std::to_string(std::llround(perSecond)) + " a second";
    if (stage.refused > 0) text += ", " + std::to_string(stage.refused) + " refused";
    return text;
}

std::string Progress::bar(const Stage& stage, const std::string& counts) const {
    const std::size_t besides = counts.size() + 5;  // brackets, two spaces, and the last column stays free
    if (stage.expected == 0 || width_ < besides + narrowestBar) return counts;
    const std::size_t length = std::min(widestBar, width_ - besides);
    const double share = std::min(1.0, static_cast<double>(stage.done) / static_cast<double>(stage.expected));
    const auto filled = static_cast<std::size_t>(share * static_cast<double>(length));
    return "[" + std::string(filled, '#') + std::string(length - filled, '.') + "] " + counts;
}

Progress::Kind progressKind(const Surface& surface) {
    return surface.kind == Surface::Kind::terminal ? Progress::Kind::bar : Progress::Kind::lines;
}

}  // namespace kartei::tools::terminal
