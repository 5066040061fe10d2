#include "tools/kartei/token_answers.hpp"

#include "tools/kartei/answers.hpp"

namespace kartei::tools {

namespace {

Failure failureOf(ledger::TokenProblem problem) {
    switch (problem) {
        case ledger::TokenProblem::nameTaken:
            return {Failure::Kind::refused, "name_taken", "There is a token of this name; revoke it first.", {}};
        case ledger::TokenProblem::badName:
            return badInput("A token's name must not be blank, nor over 64 bytes, nor hold a slash or a colon.");
        case ledger::TokenProblem::sourceMissing: return badInput("A token of this role is of a source: name it.");
        case ledger::TokenProblem::madeBefore:
            return {
                Failure::Kind::refused,
                "token_made",
                "This request has made the token before, and a token is told but once. Where nobody has it, revoke it and "
                "make another under another key.",
                {}};
        case ledger::TokenProblem::keyUsed:
            return {Failure::Kind::refused, "duplicate_event_mismatch", "The key was used for another request.", {}};
        case ledger::TokenProblem::sourceNotTaken: break;
    }
    return badInput("A token of this role is of no source.");
}

}  // namespace

void listTokens(const ledger::AccessTokens& tokens, const LineSink& sink) {
    for (const auto& token : tokens.all()) {
        const auto line = object([&](events::JsonWriter& out) {
            events::writeMember(out, "name", token.name);
            events::writeMember(out, "role", ledger::toText(token.role));
            events::writeMember(out, "source", token.source);
            events::writeMember(out, "made", token.made);
        });
        if (!sink(line)) return;
    }
}

Answer newToken(ledger::AccessTokens& tokens, const ledger::AccessToken& wanted,
                const std::optional<ledger::TokenOrder>& order) {
    const auto made = tokens.make(wanted, order);
    if (!made) return failed(failureOf(made.error()));
    return object([&](events::JsonWriter& out) { events::writeMember(out, "token", *made); });
}

Answer revoked(ledger::Business& business, const std::string& name) {
    if (!business.revokeToken(name))
        return failed(Failure{Failure::Kind::refused, "not_found", "There is no token of this name.", {}});
    return object([](events::JsonWriter& out) { events::writeMember(out, "revoked", true); });
}

}  // namespace kartei::tools
