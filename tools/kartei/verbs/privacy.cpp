// Verbs that forget: erase.

#include <memory>

#include "tools/kartei/render/outcomes.hpp"
#include "tools/kartei/verbs/verb.hpp"

namespace kartei::tools {

namespace {

// Either the records of a person, or a year.
struct Erasing {
    std::vector<events::RecordName> records;
    JoinedRecords joined = JoinedRecords::refuse;
    std::uint16_t receiptsOf = 0;
    std::string reason;
};

Argument yearArgument(std::string name, std::uint16_t& out, std::string help) {
    return argument(std::move(name), "YEAR", std::move(help), [&out](const std::string& text) -> Problem {
        constexpr std::size_t digits = 4;
        const bool isYear = text.size() == digits && text.find_first_not_of("0123456789") == std::string::npos;
        if (!isYear || text == "0000") return "must be a year, such as 2017";
        out = static_cast<std::uint16_t>(std::stoi(text));
        return std::nullopt;
    });
}

std::optional<Failure> nothingNamed(const Erasing& given) {
    if (!given.records.empty() || given.receiptsOf != 0) return std::nullopt;
    return badInput("Name the records of a person, or with --receipts-of a year.");
}

Answer erase(Operations& operations, const Erasing& given) {
    if (given.receiptsOf != 0) return operations.eraseReceipts({given.receiptsOf, given.reason});
    return operations.erase({given.records, given.reason, given.joined});
}

Verb eraseVerb() {
    auto given = std::make_shared<Erasing>();
    return {
        .name = "erase",
        .summary = "Forgets a person, for ever.",
        .details =
            "Destroys the keys of the records: what was known of them can be read no more, as of before "
            "neither, and no file of the data directory holds a byte of it. Receipts stay, without a name. "
            "It cannot be taken back.\n\nWith --receipts-of instead of a RECORD, receipts of that year are forgotten "
            "in the same way: total and items; that somebody was there stays. The law wants them for eight years after "
            "their own (§ 147 AO), and longer while a tax assessment is open; the latter you must know.",
        .example = "kartei erase comcash/4711 terminbuch/r-209 --reason \"asked by letter of 3 May\"",
        .arguments =
            {recordsArgument("RECORD", given->records, "A record of the person; several with blanks between").orNone(),
             speakingArgument("--reason", given->reason, "Why; it stays in the protocol, so do not name the person")
                 .always(),
             switchArgument("--only", given->joined, JoinedRecords::leaveAsTheyAre,
                            "Leave records that are joined with these as they are")
                 .with("RECORD"),
             yearArgument("--receipts-of", given->receiptsOf, "Forget the receipts of this year").without("RECORD")},
        .prepare = [given](Reply&) { return nothingNamed(*given); },
        .run =
            [given](Operations& operations, Reply& reply) {
                return reply.answer(erase(operations, *given), [](render::View answer, terminal::Screen& screen) {
                    render::decision(answer, screen, "Erased");
                });
            }};
}

}  // namespace

std::vector<Verb> privacyVerbs() { return {eraseVerb()}; }

}  // namespace kartei::tools
