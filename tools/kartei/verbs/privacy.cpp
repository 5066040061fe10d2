// Verbs for the rights of the person: erase.

#include <memory>

#include "tools/kartei/render/outcomes.hpp"
#include "tools/kartei/verbs/verb.hpp"

namespace kartei::tools {

namespace {

Verb eraseVerb() {
    auto given = std::make_shared<EraseRequest>();
    return {
        .name = "erase",
        .summary = "Forgets a person, for ever.",
        .details =
            "Destroys the keys of the records: what was known of them can be read no more, as of before "
            "neither, and no file of the data directory holds a byte of it. Receipts stay, without a name. "
            "It cannot be taken back.",
        .example = "kartei erase comcash/4711 terminbuch/r-209 --reason \"asked by letter of 3 May\"",
        .arguments = {recordsArgument("RECORD", given->records, "A record of the person; several with blanks between"),
                      speakingArgument("--reason", given->reason,
                                       "Why; it stays in the protocol, so do not name the person")
                          .always(),
                      switchArgument("--only", given->joined, JoinedRecords::leaveAsTheyAre,
                                     "Leave records that are joined with these as they are")},
        .prepare = {},
        .run = [given](Operations& operations, Reply& reply) {
            return reply.answer(operations.erase(*given), [](render::View answer, terminal::Screen& screen) {
                render::decision(answer, screen, "Erased");
            });
        }};
}

}  // namespace

std::vector<Verb> privacyVerbs() { return {eraseVerb()}; }

}  // namespace kartei::tools
