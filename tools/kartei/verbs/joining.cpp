// Verbs that join and take apart: link, merge, undo, pending, distinct.

#include <algorithm>
#include <memory>

#include "tools/kartei/render/outcomes.hpp"
#include "tools/kartei/render/previews.hpp"
#include "tools/kartei/verbs/verb.hpp"

namespace kartei::tools {

namespace {

Argument dryRunArgument(Mode& out) {
    return switchArgument("--dry-run", out, Mode::dryRun, "Only show what would happen");
}

ledger::Opening openingFor(Mode mode) { return mode == Mode::dryRun ? toRead() : ledger::Opening::existing; }

// Draws a decision, or its preview.
Reply::Draw drawing(Mode mode, Reply::Draw preview, Reply::Draw decision) {
    return mode == Mode::dryRun ? std::move(preview) : std::move(decision);
}

Reply::Draw joined(std::string done) {
    return [done = std::move(done)](render::View answer, terminal::Screen& screen) {
        const auto position = answer["position"].text();
        render::decision(answer, screen, done, "To take it back: kartei undo " + position + " --reason TEXT");
    };
}

Reply::Draw decided(std::string done) {
    return [done = std::move(done)](render::View answer, terminal::Screen& screen) {
        render::decision(answer, screen, done);
    };
}

Verb linkVerb() {
    auto given = std::make_shared<LinkRequest>();
    return {.name = "link",
            .summary = "Links two records of one person.",
            .details = "Both live on and are shown as one customer.",
            .example = "kartei link comcash/4711 terminbuch/r-209 --comment \"asked her\"",
            .arguments = {recordArgument("A", given->a, "A record"), recordArgument("B", given->b, "The other record"),
                          speakingArgument("--comment", given->comment, "Why"), dryRunArgument(given->mode)},
            .prepare = {},
            .run =
                [given](Operations& operations, Reply& reply) {
                    return reply.answer(operations.link(*given),
                                        drawing(given->mode, render::joinPreview, joined("Linked")));
                },
            .opening = [given] { return openingFor(given->mode); }};
}

Argument takeArgument(std::vector<events::Field>& out) {
    auto take = [&out](const std::string& text) -> Problem {
        const auto field = events::parseField(text);
        if (!field) return "must be names of fields, such as email,phone,givenName,username,password";
        out.push_back(*field);
        return std::nullopt;
    };
    return severalOf(argument("--take", "FIELD,...", "The fields to take over from FROM", std::move(take)));
}

Verb mergeVerb() {
    auto given = std::make_shared<MergeRequest>();
    return {
        .name = "merge",
        .summary = "Merges one record into another.",
        .details =
            "FROM is retired: its visits and consents count for INTO from now on, its fields only where --take names them.",
        .example =
            "kartei merge terminbuch/r-209 comcash/4711 --take email,mobile \\\n      --comment \"same person, asked her\"",
        .arguments = {recordArgument("FROM", given->from, "The record to be retired"),
                      recordArgument("INTO", given->into, "The record that goes on"), takeArgument(given->take),
                      speakingArgument("--comment", given->comment, "Why").always(),
                      switchArgument("--mail-credentials", given->mailCredentials, MailCredentials::yes,
                                     "Ask the booking system to mail the login"),
                      dryRunArgument(given->mode)},
        .prepare = {},
        .run =
            [given](Operations& operations, Reply& reply) {
                return reply.answer(operations.merge(*given),
                                    drawing(given->mode, render::joinPreview, joined("Merged")));
            },
        .opening = [given] { return openingFor(given->mode); }};
}

Argument assignArgument(UndoRequest& out) {
    auto take = [&out](const std::string& text) -> Problem {
        const auto equals = text.find('=');
        const auto position = parsePosition(std::string_view(text).substr(0, equals));
        const auto record =
            events::RecordName::parse(equals == std::string::npos ? "" : std::string_view(text).substr(equals + 1));
        if (!position || !record) return "must be POSITION=RECORD, such as 57=comcash/4711";
        out.assign.emplace_back(*position, *record);
        return std::nullopt;
    };
    return severalOf(argument("--assign", "POSITION=RECORD",
                              "Give a fact that staff recorded to a record of the other side", std::move(take)));
}

Verb undoVerb() {
    auto given = std::make_shared<UndoRequest>();
    return {.name = "undo",
            .summary = "Undoes a link or merge.",
            .details = "The people come apart, each with everything that is theirs, whatever has happened since.",
            .example = "kartei undo 42 --reason \"two sisters\" --dry-run",
            .arguments = {positionArgument("POSITION", given->join, "The position of the join"),
                          speakingArgument("--reason", given->reason, "Why; only --dry-run goes without"),
                          assignArgument(*given),
                          switchArgument("--with-dependents", given->dependents, Dependents::undoToo,
                                         "Undo later joins that depend on it as well"),
                          switchArgument("--rejoinable", given->rejoining, Rejoining::rejoinable,
                                         "Do not mark the two as different people"),
                          dryRunArgument(given->mode)},
            .prepare = [given](Reply&) -> std::optional<Failure> {
                if (given->mode == Mode::dryRun || !given->reason.empty()) return std::nullopt;
                return badInput("An undo needs a --reason.");
            },
            .run =
                [given](Operations& operations, Reply& reply) {
                    return reply.answer(operations.undo(*given),
                                        drawing(given->mode, render::undoPreview, decided("Undone")));
                },
            .opening = [given] { return openingFor(given->mode); }};
}

Verb pendingVerb() {
    struct Given {
        std::optional<events::RecordName> record;
        std::vector<events::Position> take, dismiss;
        AsOf asOf;
        [[nodiscard]] bool resolves() const { return record && !(take.empty() && dismiss.empty()); }
    };
    auto given = std::make_shared<Given>();
    return {.name = "pending",
            .summary = "Lists, takes or dismisses pending changes.",
            .details = "These are changes on retired records, which overwrite nothing until somebody takes them.",
            .example = "kartei pending comcash/4711 --take 61 --dismiss 62,63",
            .arguments = {recordArgument("RECORD", given->record, "Only this customer's").orNone(),
                          positionsArgument("--take", given->take, "Let these changes count").with("RECORD"),
                          positionsArgument("--dismiss", given->dismiss, "Let these changes go").with("RECORD"),
                          asOfArgument(given->asOf)},
            .prepare = [given](Reply&) -> std::optional<Failure> {
                if (given->resolves() && !std::holds_alternative<std::monostate>(given->asOf)) {
                    return badInput("--at only lists: a change is taken or dismissed now.");
                }
                for (const auto position : given->take) {
                    if (std::find(given->dismiss.begin(), given->dismiss.end(), position) != given->dismiss.end()) {
                        return badInput("A change cannot be taken and dismissed at once.");
                    }
                }
                return std::nullopt;
            },
            .run =
                [given](Operations& operations, Reply& reply) {
                    if (given->resolves()) {
                        return reply.answer(operations.resolve(*given->record, given->take, given->dismiss),
                                            decided("Resolved"));
                    }
                    return reply.list(
                        [&](const LineSink& sink) { return operations.pending({given->record}, given->asOf, sink); },
                        render::pendingList());
                },
            .opening = [given] { return given->resolves() ? ledger::Opening::existing : toRead(); }};
}

Verb distinctVerb() {
    struct Given {
        events::RecordName a, b;
        DistinctMark mark = DistinctMark::set;
    };
    auto given = std::make_shared<Given>();
    return {.name = "distinct",
            .summary = "Marks two records as different people.",
            .details = "Nothing joins them until --clear takes the mark away.",
            .example = "kartei distinct comcash/4711 terminbuch/r-209",
            .arguments = {recordArgument("A", given->a, "A record"), recordArgument("B", given->b, "The other record"),
                          switchArgument("--clear", given->mark, DistinctMark::clear, "Take the mark away")},
            .prepare = {},
            .run = [given](Operations& operations, Reply& reply) {
                const bool clear = given->mark == DistinctMark::clear;
                return reply.answer(operations.distinct(given->a, given->b, given->mark),
                                    decided(clear ? "Mark as different people cleared" : "Marked as different people"));
            }};
}

}  // namespace

std::vector<Verb> joiningVerbs() { return {linkVerb(), mergeVerb(), undoVerb(), pendingVerb(), distinctVerb()}; }

}  // namespace kartei::tools
