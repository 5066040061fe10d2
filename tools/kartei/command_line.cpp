#include "tools/kartei/command_line.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>

#include "events/limits.hpp"
#include "events/normal_forms.hpp"
#include "tools/kartei/terminal/text.hpp"
#include "tools/kartei/usage.hpp"
#include "tools/kartei/verbs/verb.hpp"

namespace kartei::tools {

namespace {

struct Global {
    std::string data = "./kartei-data";
    std::string anchor;
    std::string server;  // empty: the data directory
    std::string token;
    std::string certificates;
    std::string business = "default";
    std::string defaultActor;
    std::optional<std::string> actor;  // where it was said
    Form form = Form::tables;
};

std::vector<Verb> allVerbs() {
    std::vector<Verb> verbs;
    for (auto* group : {factVerbs, watchingVerbs, readingVerbs, joiningVerbs, privacyVerbs, ruleVerbs, auditVerbs,
                        evidenceVerbs, keyVerbs, backupVerbs, serviceVerbs}) {
        for (auto& verb : group()) verbs.push_back(std::move(verb));
    }
    return verbs;
}

// Takes a value; a bad one is a usage error.
void takeValue(const Argument& argument, const std::string& value) {
    if (const auto problem = argument.take(value)) throw CLI::ValidationError(argument.name, *problem);
}

// CLI11 learns an argument.
CLI::Option* declare(CLI::App& app, const Argument& argument) {
    CLI::Option* option = nullptr;
    switch (argument.values) {
        case Argument::Values::none:
            option = app.add_flag_function(
                argument.name, [&argument](std::int64_t) { takeValue(argument, ""); }, argument.help);
            option->disable_flag_override();
            break;
        case Argument::Values::one:
            option = app.add_option_function<std::string>(
                argument.name, [&argument](const std::string& value) { takeValue(argument, value); }, argument.help);
            break;
        case Argument::Values::several:
            option = app.add_option_function<std::vector<std::string>>(
                argument.name,
                [&argument](const std::vector<std::string>& values) {
                    for (const auto& value : values) {
                        for (const auto& item : listItems(value)) takeValue(argument, item);
                    }
                },
                argument.help);
            break;
    }
    if (argument.values != Argument::Values::none) option->type_name(argument.isOption() ? argument.value : "");
    option->required(argument.need == Argument::Need::required);
    return option;
}

void declareAll(CLI::App& app, const std::vector<Argument>& arguments) {
    std::map<std::string, CLI::Option*> options;
    for (const auto& argument : arguments) options[argument.name] = declare(app, argument);
    for (const auto& argument : arguments) {
        if (!argument.excludes.empty()) options.at(argument.name)->excludes(options.at(argument.excludes));
        if (!argument.needs.empty()) options.at(argument.name)->needs(options.at(argument.needs));
    }
}

void declareGlobal(CLI::App& app, Global& global) {
    app.add_option("--data", global.data,
                   "The data directory, created on first write; or a directory of backups, whose newest is read")
        ->type_name("DIR")
        ->capture_default_str();
    app.add_option("--anchor", global.anchor,
                   "Where what must not come back with a backup is kept; outside of the data directory "
                   "[$XDG_STATE_HOME/kartei]")
        ->type_name("DIR");
    app.add_option("--server", global.server, "A server to ask instead of opening a data directory")
        ->type_name("URL")
        ->excludes("--data")
        ->excludes("--anchor");
    app.add_option("--token", global.token, "Who asks the server; better in the environment as KARTEI_TOKEN")
        ->type_name("TOKEN")
        ->needs("--server");
    app.add_option("--ca", global.certificates, "Certificates that the server's is checked against, PEM")
        ->type_name("FILE")
        ->needs("--server");
    app.add_option("--business", global.business, "The business, created on first write")
        ->type_name("NAME")
        ->capture_default_str();
    app.add_option_function<std::string>(
           "--actor", [&global](const std::string& name) { global.actor = name; },
           "Who does this; stands in the protocol. With --server, for whom the token's owner does it")
        ->type_name("NAME")
        ->default_str(global.defaultActor);
    app.add_flag_function(
           "--json", [&global](std::int64_t) { global.form = Form::json; },
           "Answer in JSON: one object, or one a line for lists")
        ->disable_flag_override();
}

// What a group of verbs is about.
std::string summaryOfGroup(const std::string& group) {
    if (group == "log") return "Publishes the log, and shows the key that it is signed with.";
    if (group == "key") return "Changes the master key.";
    if (group == "token") return "Makes, lists and revokes the tokens of a server.";
    return group == "policy" ? "Shows and sets the rules of the business." : "";
}

std::string exampleOfGroup(const std::string& group) {
    if (group == "log") return "Example:\n  kartei log publish /srv/www/salon-log";
    if (group == "key") return "Example:\n  kartei key rotate";
    if (group == "token") return "Example:\n  kartei token make reception --role desk";
    return group == "policy" ? "Example:\n  kartei policy set automatic_link off" : "";
}

// The application that the verb hangs on: the whole, or its group ("policy").
CLI::App& groupOf(CLI::App& app, const std::string& verbName) {
    const auto space = verbName.find(' ');
    if (space == std::string::npos) return app;
    const auto group = verbName.substr(0, space);
    for (auto* known : app.get_subcommands([&](const CLI::App* one) { return one->get_name() == group; }))
        return *known;
    auto* made = app.add_subcommand(group, summaryOfGroup(group));
    made->fallthrough()->require_subcommand(1);
    made->footer(exampleOfGroup(group));
    return *made;
}

void declareVerb(CLI::App& app, const Verb& verb, const Verb*& chosen) {
    auto* command = groupOf(app, verb.name).add_subcommand(verb.name.substr(verb.name.find(' ') + 1), verb.summary);
    command->fallthrough();
    command->footer(
        (verb.details.empty() ? "" : verb.details + "\n\n") + "Example:\n  " + verb.example +
        "\n\nBesides, everywhere: --data, --anchor, --server, --token, --ca, --business, --actor, --json (see kartei --help).");
    declareAll(*command, verb.arguments);
    command->callback([&verb, &chosen] { chosen = &verb; });
}

// Whether the answer shall be JSON, when the command line could not be read to its end.
bool asksForJson(const std::vector<std::string>& arguments) {
    const auto end = std::find(arguments.begin(), arguments.end(), "--");
    return std::find(arguments.begin(), end, "--json") != end;
}

int usageError(const std::string& problem, const std::vector<std::string>& arguments, Streams& streams) {
    return Reply(streams, asksForJson(arguments) ? Form::json : Form::tables)
        .failure({Failure::Kind::badInput, "usage", problem + " (see --help)", {}});
}

int runRemotely(const Verb& verb, const Global& global, const events::BusinessName& business, Reply& reply,
                const Foundations& foundations) {
    if (verb.serve || verb.restore)
        return reply.failure(badInput("--server does not go with this: it is done where the data directory is."));
    remote::RemoteOptions options{global.server, global.token, business};
    options.onBehalfOf = global.actor.value_or("");
    options.certificates = global.certificates;
    auto operations = foundations.openRemote(options);
    if (!operations) return reply.failure(operations.error());
    return verb.run(**operations, reply);
}

int runVerb(const Verb& verb, const Global& global, Streams& streams, const Foundations& foundations) {
    Reply reply(streams, global.form);
    const auto business = events::BusinessName::parse(global.business);
    if (!business) return reply.failure(badInput("--business must be small letters, digits and -, at most 32."));
    const auto actor = global.actor.value_or(global.defaultActor);
    if (events::saysNothing(actor)) return reply.failure(badInput("--actor must not be blank."));
    if (verb.prepare) {
        if (const auto failure = verb.prepare(reply)) return reply.failure(*failure);
    }
    if (!global.server.empty()) return runRemotely(verb, global, *business, reply, foundations);
    EmbeddedOptions options{global.data, *business, actor, verb.opening(),
                            [&streams](const std::string& text) { streams.err << text << '\n'; }};
    options.anchor = global.anchor;
    if (verb.restore) options.restore = *verb.restore;
    if (verb.serve) {
        const auto failure = foundations.serve(options, *verb.serve, [&streams](const std::string& text) {
            streams.out << text << std::endl;  // whoever waits for it reads a pipe
        });
        return failure ? reply.failure(*failure) : exitDone;
    }
    auto operations = foundations.open(options);
    if (!operations) return reply.failure(operations.error());
    return verb.run(**operations, reply);
}

// What is said here is stored and shown, so it must be text. (Names of files are no exception: they are shown too.)
std::optional<Failure> unreadable(const std::vector<std::string>& arguments) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string which = "Argument " + std::to_string(i + 1);
        if (!terminal::isUtf8(arguments[i])) return badInput(which + " is not UTF-8.");
        if (arguments[i].size() > limits::text) {
            return badInput(which + " is longer than " + std::to_string(limits::text) + " bytes.");
        }
    }
    return std::nullopt;
}

// The answer to a command line that the parser threw at us: help, or what is wrong with it.
int answerTo(const CLI::ParseError& problem, const CLI::App& app, const std::vector<std::string>& arguments,
             Streams& streams) {
    if (problem.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
        printHelp(app, problem, streams.out, static_cast<std::size_t>(streams.outSurface.width));
        return exitDone;
    }
    return usageError(usageProblem(app, problem, arguments), arguments, streams);
}

}  // namespace

int runCommandLine(const std::vector<std::string>& arguments, Streams& streams, const Foundations& foundations) {
    if (const auto failure = unreadable(arguments)) {
        return Reply(streams, asksForJson(arguments) ? Form::json : Form::tables).failure(*failure);
    }
    const auto verbs = allVerbs();
    Global global;
    global.defaultActor = foundations.defaultActor;
    if (const char* token = std::getenv("KARTEI_TOKEN")) global.token = token;
    const Verb* chosen = nullptr;
    bool benchChosen = false;

    CLI::App app("Kartei keeps customers as events, so that a merge can be undone at any time.", "kartei");
    app.footer("Exit codes: 0 done, 1 refused by a rule, 2 bad input or usage, 3 storage or integrity failure.");
    app.set_version_flag("--version", "kartei " KARTEI_VERSION, "Print which version this is, and exit");
    app.require_subcommand(1);
    app.get_formatter()->column_width(helpColumn);
    declareGlobal(app, global);
    for (const auto& verb : verbs) declareVerb(app, verb, chosen);
    auto* bench = app.add_subcommand("bench", "Measures how fast Kartei is on this machine.");
    bench->prefix_command()->set_help_flag();
    bench->callback([&benchChosen] { benchChosen = true; });

    try {
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::ParseError& problem) {
        return answerTo(problem, app, arguments, streams);
    }
    try {
        if (benchChosen) {
            const auto wrong = foundations.bench(bench->remaining());
            return wrong ? usageError(*wrong, arguments, streams) : exitDone;
        }
        return runVerb(*chosen, global, streams, foundations);
    } catch (const std::exception& problem) {
        Reply reply(streams, global.form);
        return reply.failure({Failure::Kind::storage, "storage", problem.what(), {}});
    }
}

}  // namespace kartei::tools
