#pragma once
// How an answer reaches whoever asked: as JSON, as it is, or drawn for people. Knows the exit codes (DESIGN §9).

#include <functional>
#include <ostream>
#include <string>
#include <string_view>

#include "tools/kartei/operations.hpp"
#include "tools/kartei/render/lists.hpp"
#include "tools/kartei/terminal/progress.hpp"
#include "tools/kartei/terminal/style.hpp"

namespace kartei::tools {

// A failure's kinds are the other exit codes.
inline constexpr int exitDone = 0;

enum class Form { tables, json };

struct Streams {
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
    terminal::Surface outSurface;
    terminal::Surface errSurface;
};

class Reply {
public:
    using Draw = std::function<void(render::View, terminal::Screen&)>;
    // What the exit code of an answer is that is no failure, where it is not always `exitDone`.
    using Judge = std::function<int(render::View)>;

    Reply(Streams& streams, Form form) : streams_(streams), form_(form) {}

    // Each prints and returns the exit code.
    int answer(const Answer& answer, const Draw& draw, const Judge& judge = {});
    int list(const std::function<Done(const LineSink&)>& read, const render::ListLayout& layout);
    // Lists that have but one form for everybody: an object a line.
    int lines(const std::function<Done(const LineSink&)>& read);
    int failure(const Failure& failure);

    [[nodiscard]] std::istream& input() { return streams_.in; }
    // Hidden where a program reads the answer.
    [[nodiscard]] terminal::Progress::Kind progressKind() const;
    [[nodiscard]] std::ostream& progressStream() { return streams_.err; }
    [[nodiscard]] std::size_t progressWidth() const { return static_cast<std::size_t>(streams_.errSurface.width); }

private:
    int table(const std::function<Done(const LineSink&)>& read, const render::ListLayout& layout);
    // `code`, unless the answer could not be written: a full disk must not look like an empty list.
    int written(int code);

    Streams& streams_;
    Form form_;
};

// The failure as one JSON object: {"code","detail"} and "joins" where there are some.
std::string failureJson(const Failure& failure);

}  // namespace kartei::tools
