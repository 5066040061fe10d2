// Verbs of the server: serve, token.

#include <memory>

#include "tools/kartei/render/lists.hpp"
#include "tools/kartei/render/outcomes.hpp"
#include "tools/kartei/verbs/verb.hpp"

namespace kartei::tools {

namespace {

// "127.0.0.1:8080", "[::1]:8080"
Argument listenArgument(ServeRequest& out) {
    auto take = [&out](const std::string& text) -> Problem {
        constexpr const char* wanted = "must be an address and a port, such as 127.0.0.1:8080";
        const auto colon = text.rfind(':');
        if (colon == std::string::npos || colon == 0) return wanted;
        const auto digits = text.substr(colon + 1);
        const auto port = parsePosition(digits);
        if (digits != "0" && (!port || port->value() > UINT16_MAX)) return wanted;
        out.port = digits == "0" ? 0 : static_cast<std::uint16_t>(port->value());
        out.address = text.substr(0, colon);
        if (out.address.front() == '[' && out.address.back() == ']')
            out.address = out.address.substr(1, out.address.size() - 2);
        return std::nullopt;
    };
    return argument("--listen", "ADDRESS:PORT", "Where to listen [127.0.0.1:8080]", std::move(take));
}

Verb serveVerb() {
    auto given = std::make_shared<ServeRequest>();
    return {.name = "serve",
            .summary = "Serves a data directory over HTTP.",
            .details =
                "The first start shows a token for an admin, who makes the others: kartei token make. Without TLS it "
                "listens on this computer alone.",
            .example = "kartei --data /var/lib/kartei serve --listen 127.0.0.1:8080",
            .arguments =
                {listenArgument(*given),
                 speakingArgument("--certificate", given->certificate,
                                  "A certificate with its chain, PEM: then it speaks TLS", "FILE")
                     .with("--key"),
                 speakingArgument("--key", given->key, "The certificate's key, PEM", "FILE").with("--certificate"),
                 switchArgument("--insecure", given->insecure, Insecure::yes, "Listen where others can without TLS"),
                 speakingArgument("--backups", given->backups, "Where backups go that are asked for", "DIR"),
                 speakingArgument("--hooks", given->hooks, "Which webhooks it takes: see docs/webhooks.md", "FILE")},
            .prepare = {},
            .run = {},
            .opening = toCreate,
            .serve = given};
}

Argument roleArgument(std::string& out) {
    std::vector<std::pair<std::string, std::string>> roles;
    for (const auto* role : {"adapter", "portal", "desk", "admin", "auditor"}) roles.emplace_back(role, role);
    return wordArgument("--role", out, std::move(roles), "What it may do").always();
}

Verb makeVerb() {
    auto given = std::make_shared<TokenRequest>();
    return {.name = "token make",
            .summary = "Makes a token for the server, and shows it this once.",
            .details =
                "Its name is the actor of all that is done with it. Tokens of an adapter or a portal are of a source.",
            .example = "kartei token make \"till 1\" --role adapter --source comcash",
            .arguments = {speakingArgument("NAME", given->name, "A name for it"), roleArgument(given->role),
                          sourceArgument("--source", given->source, "The source that it is of")},
            .prepare = {},
            .run = [given](Operations& operations,
                           Reply& reply) { return reply.answer(operations.makeToken(*given), render::newToken); },
            .opening = toCreate};
}

Verb listVerb() {
    return {.name = "token list",
            .summary = "Lists who may talk to the server.",
            .details = "",
            .example = "kartei token list",
            .arguments = {},
            .prepare = {},
            .run =
                [](Operations& operations, Reply& reply) {
                    return reply.list([&](const LineSink& sink) { return operations.tokens(sink); },
                                      render::tokenList());
                },
            .opening = toRead};
}

Verb revokeVerb() {
    auto name = std::make_shared<std::string>();
    return {.name = "token revoke",
            .summary = "Revokes a token, at once.",
            .details = "",
            .example = "kartei token revoke \"till 1\"",
            .arguments = {speakingArgument("NAME", *name, "Its name")},
            .prepare = {},
            .run = [name](Operations& operations,
                          Reply& reply) { return reply.answer(operations.revokeToken(*name), render::revoked); },
            .opening = [] { return ledger::Opening::existing; }};
}

}  // namespace

std::vector<Verb> serviceVerbs() { return {serveVerb(), makeVerb(), listVerb(), revokeVerb()}; }

}  // namespace kartei::tools
