#pragma once
// How far a long work is, told on standard error: a bar on a terminal, a line now and then into a pipe (so that a
// log file shows that something moves), nothing where a program reads the answer.

#include <chrono>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>

#include "tools/kartei/terminal/style.hpp"

namespace kartei::tools::terminal {

struct Stage {
    std::uint64_t done = 0;
    std::uint64_t expected = 0;  // 0: not known
    std::uint64_t refused = 0;
    double perSecond = 0;  // 0: worked out from the time that has gone by
};

class Progress {
public:
    enum class Kind { bar, lines, silent };
    using Clock = std::function<std::chrono::steady_clock::time_point()>;

    // `what`: what is counted, such as "customers". `width`: of the terminal.
    Progress(std::ostream& err, Kind kind, std::string what, std::size_t width,
             Clock clock = std::chrono::steady_clock::now);
    // Takes the bar off the screen.
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    // May be called as often as one likes: it draws no more often than a person or a log can take.
    void show(const Stage& stage);

private:
    [[nodiscard]] std::string counts(const Stage& stage, double seconds) const;
    [[nodiscard]] std::string bar(const Stage& stage, const std::string& counts) const;

    std::ostream& err_;
    Kind kind_;
    std::string what_;
    std::size_t width_;
    Clock clock_;
    std::chrono::steady_clock::time_point started_;
    std::chrono::steady_clock::time_point drawn_;
    bool onScreen_ = false;
};

Progress::Kind progressKind(const Surface& surface);

}  // namespace kartei::tools::terminal
