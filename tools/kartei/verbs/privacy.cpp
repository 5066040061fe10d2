// Verbs for the rights of the person: erase, export.

#include <memory>

#include "events/json.hpp"
#include "tools/kartei/pending_file.hpp"
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
            "It cannot be taken back. Who registered again after an erasure is another record, such as "
            "terminbuch/r-209~2, to be named itself; the answer tells of those that stay.\n\nWith --receipts-of instead of a RECORD, receipts of that year are forgotten "
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
        .run = [given](Operations& operations,
                       Reply& reply) { return reply.answer(erase(operations, *given), render::erasureOutcome); }};
}

struct ExportGiven {
    ExportRequest request;
    std::string out;
};

std::optional<Failure> unusable(const std::filesystem::path& file) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (fs::exists(fs::symlink_status(file, error))) {
        return badInput("The file of --out is there already, and is not replaced.");
    }
    const bool isSomewhere = !file.has_parent_path() || fs::is_directory(file.parent_path(), error);
    if (!isSomewhere || !file.has_filename()) return badInput("The directory of --out is not there.");
    return std::nullopt;
}

// The answer with the file's name beside the position.
std::string withFile(const std::string& answer, const std::string& file) {
    const auto document = render::parsed(answer);
    rapidjson::StringBuffer buffer;
    events::JsonWriter out(buffer);
    out.StartObject();
    events::writeMember(out, "position", document["position"].GetUint64());
    events::writeMember(out, "file", file);
    out.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

int runExport(const ExportGiven& given, Operations& operations, Reply& reply) {
    PendingFile file(given.out);
    const auto answer = operations.exportData(given.request, [&file](std::string_view zip) { return file.write(zip); });
    if (!answer) return reply.failure(answer.error());
    if (const auto failure = file.appear()) return reply.failure(*failure);
    return reply.answer(withFile(*answer, given.out), render::exportOutcome);
}

Verb exportVerb() {
    auto given = std::make_shared<ExportGiven>();
    return {
        .name = "export",
        .summary = "Writes down what is known of a person, or the evidence for it.",
        .details =
            "The copy is for the customer: all of their data with its sources and times as JSON, their "
            "contact details as a vCard, their appointments as an iCalendar. The evidence is for an auditor: the "
            "person's events, and what proves, with openssl and sha256sum alone, that they are in the log. That an "
            "export was made is recorded.",
        .example = "kartei export comcash/4711 --out copy.zip",
        .arguments = {recordArgument("RECORD", given->request.record, "Any record of the person"),
                      speakingArgument("--out", given->out,
                                       "The zip archive to write; readable for you alone, and not there yet", "FILE")
                          .always(),
                      switchArgument("--evidence", given->request.kind, ExportKind::evidence,
                                     "Evidence for an auditor instead of the copy")},
        .prepare = [given](Reply&) { return unusable(given->out); },
        .run = [given](Operations& operations, Reply& reply) { return runExport(*given, operations, reply); }};
}

}  // namespace

std::vector<Verb> privacyVerbs() { return {eraseVerb(), exportVerb()}; }

}  // namespace kartei::tools
