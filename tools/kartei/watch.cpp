#include "tools/kartei/watch.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "adapters/open_import.hpp"
#include "events/limits.hpp"
#include "ledger/files.hpp"
#include "tools/kartei/render/outcomes.hpp"
#include "tools/kartei/verbs/reply.hpp"

namespace kartei::tools {

namespace {

using Path = std::filesystem::path;

// How often the folder is looked at, whether something was said to happen in it or not.
constexpr std::chrono::milliseconds glance{250};

// How long it waits before it asks again a server that cannot be asked now.
constexpr std::chrono::seconds pause{5};

bool isOneOf(const Failure& failure, std::initializer_list<std::string_view> codes) {
    return std::find(codes.begin(), codes.end(), failure.code) != codes.end();
}

// Of all others the next file would fare no better, and this one might in an hour: the settings are wrong, nobody is
// let in, the source is disconnected, the disk is full.
bool isFaultOfTheFile(const Failure& failure) {
    return failure.kind == Failure::Kind::badInput && isOneOf(failure, {"bad_input", "body_too_large"});
}

// What is wrong whichever file comes. An empty file shows it: with good settings it is only empty.
std::optional<Failure> wrongSettings(const ImportRequest& import) {
    using adapters::ProblemKind;
    const adapters::Naming naming{import.source.value_or(events::SourceName()), [](auto) { return std::string(); }};
    const auto opened = adapters::openImport(import.adapter, {{"empty", ""}}, import.mapping, naming);
    if (opened) return std::nullopt;
    switch (opened.error().kind) {
        case ProblemKind::unknownAdapter:
        case ProblemKind::mappingMissing:
        case ProblemKind::mappingNotTaken:
        case ProblemKind::mappingInvalid: return badInput(opened.error().text);
        default: return std::nullopt;
    }
}

// Whether it may be over in a moment: a server is started again, or has enough to do.
bool passes(const Failure& failure) {
    return isOneOf(failure, {"unreachable", "interrupted", "too_many_imports", "busy"});
}

void waitWhile(const std::function<bool()>& isToStop, WatchedDirectory& directory) {
    const auto until = std::chrono::steady_clock::now() + pause;
    while (!isToStop() && std::chrono::steady_clock::now() < until) directory.wait(glance);
}

Answer importFile(Operations& operations, const WatchRequest& request, const WatchListener& listener,
                  const Path& file) {
    auto content = ledger::contentOf(file);
    if (!content) return failed(badInput("The file cannot be read."));
    ImportRequest import = request.import;
    import.input = {{ file.filename().string(), std::move(*content) }};
    return operations.import(std::move(import),
                             [&](const ImportProgress&) { return listener.stop() ? GoOn::no : GoOn::yes; });
}

WatchedDirectory::End endOf(const Answer& answer) {
    if (!answer) return WatchedDirectory::End::failed;
    const auto document = render::parsed(*answer);
    return render::noneTaken(render::View(&document)) ? WatchedDirectory::End::failed : WatchedDirectory::End::done;
}

std::optional<Failure> deal(Operations& operations, const WatchRequest& request, const WatchListener& listener,
                            WatchedDirectory& directory, const Path& file) {
    auto answer = importFile(operations, request, listener, file);
    if (!answer && !isFaultOfTheFile(answer.error())) return answer.error();
    const auto end = endOf(answer);
    const auto movedTo = directory.end(file, end, answer ? *answer : failureJson(answer.error()));
    if (!movedTo) return movedTo.error();
    listener.tell({file.filename().string(), *movedTo, end, std::move(answer)});
    return std::nullopt;
}

}  // namespace

std::optional<Failure> watch(Operations& operations, const WatchRequest& request, const WatchListener& listener) {
    if (auto failure = wrongSettings(request.import)) return failure;
    auto directory = WatchedDirectory::open(request.directory, request.quiet);
    if (!directory) return directory.error();
    while (!listener.stop()) {
        const auto file = (*directory)->take();
        if (!file) return file.error();
        if (!*file) {
            if (request.once == Once::yes && !(*directory)->isAnythingComing()) return std::nullopt;
            (*directory)->wait(glance);
            continue;
        }
        auto failure = deal(operations, request, listener, **directory, **file);
        if (!failure) continue;
        if (passes(*failure) && listener.stop()) break;
        if (!passes(*failure) || request.once == Once::yes) return failure;
        waitWhile(listener.stop, **directory);
    }
    return std::nullopt;
}

}  // namespace kartei::tools
