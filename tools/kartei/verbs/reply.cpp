#include "tools/kartei/verbs/reply.hpp"

#include <limits>

#include "events/json.hpp"
#include "tools/kartei/render/page.hpp"

namespace kartei::tools {

namespace {

terminal::Screen screenOf(std::ostream& out, const terminal::Surface& surface) {
    return {out, terminal::Style(surface.colours), static_cast<std::size_t>(surface.width)};
}

}  // namespace

std::string failureJson(const Failure& failure) {
    rapidjson::StringBuffer buffer;
    events::JsonWriter json(buffer);
    json.StartObject();
    events::writeMember(json, "code", failure.code);
    events::writeMember(json, "detail", failure.detail);
    if (!failure.joins.empty()) events::writeMember(json, "joins", failure.joins);
    json.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

int Reply::answer(const Answer& answer, const Draw& draw, const Judge& judge) {
    if (!answer) return failure(answer.error());
    // Only what somebody looks at is parsed: a history may be long.
    if (form_ == Form::json && !judge) {
        streams_.out << *answer << '\n';
        return written(exitDone);
    }
    const auto document = render::parsed(*answer);
    const render::View body(&document);
    if (form_ == Form::json) {
        streams_.out << *answer << '\n';
    } else {
        auto screen = screenOf(streams_.out, streams_.outSurface);
        draw(body, screen);
    }
    return written(judge ? judge(body) : exitDone);
}

int Reply::list(const std::function<Done(const LineSink&)>& read, const render::ListLayout& layout) {
    return form_ == Form::json ? lines(read) : table(read, layout);
}

int Reply::lines(const std::function<Done(const LineSink&)>& read) {
    const auto done = read([this](std::string_view object) {
        streams_.out << object << '\n';
        return static_cast<bool>(streams_.out);
    });
    return done ? written(exitDone) : failure(done.error());
}

int Reply::table(const std::function<Done(const LineSink&)>& read, const render::ListLayout& layout) {
    auto screen = screenOf(streams_.out, streams_.outSurface);
    terminal::Table table(screen, layout.columns);
    const auto done = read([&](std::string_view object) {
        const auto document = render::parsed(object);
        table.add(layout.row(render::View(&document)));
        return static_cast<bool>(streams_.out);
    });
    const bool none = table.empty();
    table.finish();
    if (!done) return failure(done.error());
    // To standard error, so that a pipe counts no customers where there are none.
    if (none) streams_.err << layout.whenEmpty << '\n';
    return written(exitDone);
}

int Reply::failure(const Failure& failure) {
    const int code = static_cast<int>(failure.kind);
    if (form_ == Form::json) {
        streams_.out << failureJson(failure) << std::endl;
        return code;
    }
    const bool refused = failure.kind == Failure::Kind::refused;
    std::string text = (refused ? "refused: " + failure.code + ": " : "error: ") + failure.detail;
    if (!failure.joins.empty()) {
        text += " (joined at position";
        for (std::size_t i = 0; i < failure.joins.size(); ++i) {
            text.append(i == 0 ? " " : ", ").append(std::to_string(failure.joins[i].value()));
        }
        text += ')';
    }
    streams_.out.flush();
    // A pipe gets one line, which is easier to look for.
    const bool folds = streams_.errSurface.kind == terminal::Surface::Kind::terminal;
    auto screen = screenOf(streams_.err, streams_.errSurface);
    if (!folds) screen.width = std::numeric_limits<std::size_t>::max();
    render::line(screen, text, terminal::Tone::bad);
    streams_.err.flush();
    return code;
}

int Reply::written(int code) {
    streams_.out.flush();
    if (streams_.out) return code;
    return failure({Failure::Kind::storage, "storage", "The answer could not be written.", {}});
}

terminal::Progress::Kind Reply::progressKind() const {
    return form_ == Form::json ? terminal::Progress::Kind::silent : terminal::progressKind(streams_.errSurface);
}

}  // namespace kartei::tools
