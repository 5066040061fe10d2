// Verbs for the master key: key rotate.

#include <memory>

#include "tools/kartei/render/outcomes.hpp"
#include "tools/kartei/verbs/verb.hpp"

namespace kartei::tools {

namespace {

Verb rotateVerb() {
    auto given = std::make_shared<std::string>();
    return {.name = "key rotate",
            .summary = "Puts everything under a new master key.",
            .details =
                "All keys are wrapped anew, and no file of the data directory holds anything any more that the key "
                "before could open; what happened stays as it is stored. A key that Kartei found in a file is replaced "
                "there. One from the environment or a systemd credential is not Kartei's to replace: the new one is "
                "written to --new-key-file, and you put it in place. If the computer stops in between, the directory "
                "is under the key before or under the new one: keep both until this command has said that it is done.",
            .example = "kartei key rotate",
            .arguments = {textArgument("--new-key-file", *given,
                                       "Where the new key shall be; a key that is there already is taken", "FILE")},
            .prepare = {},
            .run = [given](Operations& operations, Reply& reply) {
                return reply.answer(operations.rotateKey(*given), render::rotationOutcome);
            }};
}

}  // namespace

std::vector<Verb> keyVerbs() { return {rotateVerb()}; }

}  // namespace kartei::tools
