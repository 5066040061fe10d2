// Verbs on the rules of the business: policy.

#include <memory>

#include "tools/kartei/render/outcomes.hpp"
#include "tools/kartei/verbs/verb.hpp"

namespace kartei::tools {

namespace {

Verb showVerb() {
    auto given = std::make_shared<AsOf>();
    return {.name = "policy show",
            .summary = "Shows the rules that can be switched off.",
            .details = "",
            .example = "kartei policy show",
            .arguments = {asOfArgument(*given)},
            .prepare = {},
            .run = [given](Operations& operations,
                           Reply& reply) { return reply.answer(operations.policy(*given), render::policy); },
            .opening = toRead};
}

Verb setVerb() {
    using events::Rule;
    struct Given {
        Rule rule{};
        bool enabled = true;
    };
    auto given = std::make_shared<Given>();
    std::vector<std::pair<std::string, Rule>> rules;
    for (const auto rule : {Rule::INTO_ONLINE_RECORD, Rule::SOURCE_HAS_CORRESPONDENCE, Rule::SOURCE_HAS_CONTRACTS,
                            Rule::AUTOMATIC_LINK}) {
        rules.emplace_back(events::toText(rule), rule);
    }
    return {
        .name = "policy set",
        .summary = "Switches a rule on or off.",
        .details = "",
        .example = "kartei policy set automatic_link off",
        .arguments = {wordArgument("RULE", given->rule, std::move(rules), "The rule"),
                      wordArgument<bool>("STATE", given->enabled, {{"on", true}, {"off", false}}, "What it shall be")},
        .prepare = {},
        .run =
            [given](Operations& operations, Reply& reply) {
                return reply.answer(operations.setPolicy(given->rule, given->enabled),
                                    [](render::View answer, terminal::Screen& screen) {
                                        if (answer["position"]) return render::decision(answer, screen, "Set");
                                        render::policy(answer, screen);
                                    });
            },
        .opening = toCreate};
}

}  // namespace

std::vector<Verb> ruleVerbs() { return {showVerb(), setVerb()}; }

}  // namespace kartei::tools
