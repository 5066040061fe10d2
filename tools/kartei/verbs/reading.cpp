// Verbs that read: customer, customers, history, account, search, consent.

#include <memory>

#include "tools/kartei/render/customer_file.hpp"
#include "tools/kartei/verbs/verb.hpp"

namespace kartei::tools {

namespace {

constexpr const char* anyRecord = "Any of the customer's records";

Verb customerVerb() {
    struct Given {
        events::RecordName record;
        AsOf asOf;
    };
    auto given = std::make_shared<Given>();
    return {
        .name = "customer",
        .summary = "Shows a customer's file.",
        .details =
            "The file names the customer's records, the details with the record that each comes from, consents and joins.",
        .example = "kartei customer comcash/4711 --at 2026-03-14",
        .arguments = {recordArgument("RECORD", given->record, anyRecord), asOfArgument(given->asOf)},
        .prepare = {},
        .run =
            [given](Operations& operations, Reply& reply) {
                return reply.answer(operations.customer(given->record, given->asOf), render::customerFile);
            },
        .opening = toRead};
}

Verb customersVerb() {
    using Joined = CustomersRequest::Joined;
    struct Given {
        CustomersRequest request;
        AsOf asOf;
    };
    auto given = std::make_shared<Given>();
    return {
        .name = "customers",
        .summary = "Lists customers.",
        .details = "Such as the online registrations that nobody has linked yet: --origin onlineRegistration --single.",
        .example = "kartei customers --origin onlineRegistration --single",
        .arguments = {wordArgument<std::optional<std::string>>(
                          "--origin", given->request.origin,
                          {{"import", "import"}, {"onlineRegistration", "onlineRegistration"}, {"staff", "staff"}},
                          "Only those with a record of this origin"),
                      switchArgument("--single", given->request.joined, Joined::single, "Only those with one record"),
                      switchArgument("--joined", given->request.joined, Joined::joined,
                                     "Only those whose records were joined")
                          .without("--single"),
                      asOfArgument(given->asOf)},
        .prepare = {},
        .run =
            [given](Operations& operations, Reply& reply) {
                return reply.list(
                    [&](const LineSink& sink) { return operations.customers(given->request, given->asOf, sink); },
                    render::customerList("no customers"));
            },
        .opening = toRead};
}

Verb historyVerb() {
    struct Given {
        events::RecordName record;
        AsOf asOf;
    };
    auto given = std::make_shared<Given>();
    return {.name = "history",
            .summary = "Shows a customer's visits and appointments, by start.",
            .details = "",
            .example = "kartei history comcash/4711",
            .arguments = {recordArgument("RECORD", given->record, anyRecord), asOfArgument(given->asOf)},
            .prepare = {},
            .run =
                [given](Operations& operations, Reply& reply) {
                    return reply.answer(operations.history(given->record, given->asOf), render::history);
                },
            .opening = toRead};
}

Verb accountVerb() {
    struct Given {
        events::SourceName source;
        std::string username;
        AsOf asOf;
    };
    auto given = std::make_shared<Given>();
    auto take = [given = given.get()](const std::string& text) -> Problem {
        const auto slash = text.find('/');
        const auto source = events::SourceName::parse(std::string_view(text).substr(0, slash));
        if (slash == std::string::npos || slash + 1 == text.size() || !source) {
            return "must be SOURCE/USERNAME, such as terminbuch/anna";
        }
        given->source = *source;
        given->username = text.substr(slash + 1);
        return std::nullopt;
    };
    return {.name = "account",
            .summary = "Shows what a person sees in their online account.",
            .details = "",
            .example = "kartei account terminbuch/anna",
            .arguments = {argument("ACCOUNT", "SOURCE/USERNAME", "The account: SOURCE/USERNAME", std::move(take)),
                          asOfArgument(given->asOf)},
            .prepare = {},
            .run =
                [given](Operations& operations, Reply& reply) {
                    return reply.answer(operations.account(given->source, given->username, given->asOf),
                                        render::history);
                },
            .opening = toRead};
}

Verb searchVerb() {
    struct Given {
        std::string text;
        AsOf asOf;
    };
    auto given = std::make_shared<Given>();
    return {.name = "search",
            .summary = "Finds customers by name, e-mail address or telephone.",
            .details = "",
            .example = "kartei search \"anna mus\"",
            .arguments = {speakingArgument("TEXT", given->text, "What to look for"), asOfArgument(given->asOf)},
            .prepare = {},
            .run =
                [given](Operations& operations, Reply& reply) {
                    return reply.list(
                        [&](const LineSink& sink) { return operations.search({given->text}, given->asOf, sink); },
                        render::customerList("nobody found"));
                },
            .opening = toRead};
}

Verb consentVerb() {
    struct Given {
        events::RecordName record;
        std::optional<events::Purpose> purpose;
        ConsentQuery query;
        std::string address;
        AsOf asOf;
    };
    using events::Channel;
    using events::Purpose;
    auto given = std::make_shared<Given>();
    return {
        .name = "consent",
        .summary = "Shows what a customer agreed to.",
        .details = "With a purpose and a channel: whether the customer may be contacted, and which event decides it.",
        .example = "kartei consent comcash/4711 marketing email",
        .arguments = {recordArgument("RECORD", given->record, anyRecord),
                      wordArgument<std::optional<Purpose>>("PURPOSE", given->purpose,
                                                           {{"reminders", Purpose::REMINDERS},
                                                            {"marketing", Purpose::MARKETING},
                                                            {"reviews", Purpose::REVIEWS},
                                                            {"dataTransfer", Purpose::DATA_TRANSFER}},
                                                           "What for")
                          .orNone()
                          .with("CHANNEL"),
                      wordArgument<Channel>("CHANNEL", given->query.channel,
                                            {{"sms", Channel::SMS},
                                             {"email", Channel::EMAIL},
                                             {"phone", Channel::PHONE},
                                             {"post", Channel::POST},
                                             {"none", Channel::NONE}},
                                            "By what")
                          .orNone(),
                      textArgument("ADDRESS", given->address,
                                   "The address or number; else the one that the customer's file shows")
                          .orNone(),
                      asOfArgument(given->asOf)},
        .prepare = {},
        .run =
            [given](Operations& operations, Reply& reply) {
                std::optional<ConsentQuery> query;
                if (given->purpose) {
                    query = given->query;
                    query->purpose = *given->purpose;
                    if (!given->address.empty()) query->address = given->address;
                }
                return reply.answer(operations.consents(given->record, query, given->asOf), render::consents);
            },
        .opening = toRead};
}

}  // namespace

std::vector<Verb> readingVerbs() {
    return {customerVerb(), customersVerb(), historyVerb(), accountVerb(), searchVerb(), consentVerb()};
}

}  // namespace kartei::tools
