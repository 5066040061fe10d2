#include "tools/kartei/command_line.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/support/test_ledger.hpp"
#include "tests/tools/kartei/program_run.hpp"
#include "tests/tools/kartei/sample_bodies.hpp"
#include "tools/bench/bench.hpp"
#include "tools/kartei/terminal/text.hpp"
#include "tools/kartei/verbs/arguments.hpp"

using namespace kartei;
using namespace kartei::tools;
using Catch::Matchers::Contains;
using namespace std::string_literals;

namespace {

// What the ledger is asked when the program is called like this.
std::string asked(const std::vector<std::string>& arguments) {
    Run run;
    CHECK(run(arguments) == 0);
    CHECK(run.err.str().empty());
    return run.script.asked;
}

int usageError(const std::vector<std::string>& arguments) {
    Run run;
    const int code = run(arguments);
    CHECK_FALSE(run.wasOpened);
    CHECK_THAT(run.err.str(), Contains("error: "));
    CHECK(run.out.str().empty());
    return code;
}

}  // namespace

TEST_CASE("every verb asks what it was told to ask") {
    CHECK(asked({"customer", "comcash/1", "--json"}) == "customer comcash/1 now");
    CHECK(asked({"customer", "comcash/1", "--at", "5", "--json"}) == "customer comcash/1 @5");
    CHECK(asked({"history", "comcash/1", "--at", "2026-03-14T09:30:00Z"}) == "history comcash/1 @2026-03-14T09:30:00Z");
    CHECK(asked({"customers", "--origin", "import", "--single", "--json"}) == "customers import 2 now");
    CHECK(asked({"customers", "--joined", "--json"}) == "customers - 1 now");
    CHECK(asked({"account", "terminbuch/anna/x"}) == "account terminbuch anna/x now");
    CHECK(asked({"search", "link", "--json"}) == "search link now");
    CHECK(asked({"search", "[a]", "--json"}) == "search [a] now");
    CHECK(asked({"search", "{}", "--json"}) == "search {} now");
    CHECK(asked({"search", "--json", "--", "--x"}) == "search --x now");
    CHECK(asked({"consent", "a/1"}) == "consents a/1 now");
    CHECK(asked({"consent", "a/1", "marketing", "email"}) == "consents a/1 marketing email - now");
    CHECK(asked({"consent", "a/1", "reminders", "sms", "+4930"}) == "consents a/1 reminders sms +4930 now");
    CHECK(asked({"link", "a/1", "b/2", "--comment", "-5, same"}) == "link a/1 b/2 -5, same commit");
    CHECK(asked({"merge", "a/1", "b/2", "--take", "email,phone", "--comment", "x", "--mail-credentials",
                 "--dry-run"}) == "merge a/1 b/2 email+phone+ x mail dry");
    CHECK(asked({"undo", "42", "--reason", "x", "--assign", "5=a/1", "--assign", "6=b/2", "--with-dependents",
                 "--rejoinable"}) == "undo 42 x 5=a/1+6=b/2+ dependents rejoinable commit");
    CHECK(asked({"erase", "a/1", "b/2", "--reason", "by letter"}) == "erase a/1+b/2+ by letter -");
    CHECK(asked({"erase", "a/1", "--only", "--reason", "x"}) == "erase a/1+ x only");
    CHECK(asked({"erase", "--receipts-of", "2017", "--reason", "x"}) == "eraseReceipts 2017 x");
    CHECK(asked({"key", "rotate"}) == "rotateKey -");
    CHECK(asked({"key", "rotate", "--new-key-file", "k"}) == "rotateKey k");
    CHECK(asked({"pending", "--json"}) == "pending - now");
    CHECK(asked({"pending", "a/1", "--take", "5", "6", "--dismiss", "7,8"}) == "resolve a/1 5+6+ 7+8+");
    CHECK(asked({"distinct", "a/1", "b/2"}) == "distinct a/1 b/2 set");
    CHECK(asked({"distinct", "a/1", "b/2", "--clear"}) == "distinct a/1 b/2 clear");
    CHECK(asked({"policy", "show"}) == "policy now");
    CHECK(asked({"policy", "set", "automatic_link", "off"}) == "setPolicy automatic_link off");
    CHECK(asked({"protocol", "--customer", "a/1", "--from", "2026-03-14T09:30:00Z", "--type", "t", "--json"}) ==
          "protocol a/1 2026-03-14T09:30:00Z - t now");
    CHECK(asked({"replay", "--from", "3", "--to", "5"}) == "replay 3 5 now");
    CHECK(asked({"rebuild", "--verify"}) == "rebuild verify");
    CHECK(asked({"imports", "--json"}) == "imports now");
    const kartei::testing::TemporaryDirectory temporary;
    const auto file = (temporary.path() / "k.csv").string();
    const auto mapping = (temporary.path() / "m.toml").string();
    std::ofstream(file) << "rows";
    std::ofstream(mapping) << "columns";
    CHECK(asked({"import", "csv", file, "--declared-by", "P", "--declaration", "T", "--source", "till", "--mapping",
                 mapping}) == "import csv k.csv rows till P T columns");
    CHECK(asked({"import", "csv", file}) == "import csv k.csv rows -   -");
}

TEST_CASE("with --server a server is asked, for the caller or for whom --actor names") {
    Run run;
    CHECK(run({"--server", "https://k", "--token", "t", "--business", "b", "customer", "a/1", "--ca", "c.pem"}) == 0);
    CHECK_FALSE(run.wasOpened);
    REQUIRE(run.asked);
    CHECK(run.asked->server == "https://k");
    CHECK(run.asked->token == "t");
    CHECK(run.asked->certificates == "c.pem");
    CHECK(run.asked->business.text() == "b");
    CHECK(run.asked->onBehalfOf.empty());
    CHECK(run.script.asked == "customer a/1 now");
    CHECK(run({"--server", "https://k", "customer", "a/1", "--actor", "eva"}) == 0);
    CHECK(run.asked->onBehalfOf == "eva");
    CHECK(usageError({"--server", "https://k", "--data", "d", "customer", "a/1"}) == 2);
    CHECK(usageError({"--server", "https://k", "--anchor", "d", "customer", "a/1"}) == 2);
    CHECK(usageError({"--token", "t", "customer", "a/1"}) == 2);
    for (const auto& verb : {std::vector<std::string>{"serve"}, {"restore", "d"}}) {
        std::vector<std::string> arguments = {"--server", "https://k"};
        arguments.insert(arguments.end(), verb.begin(), verb.end());
        Run refused;
        CHECK(refused(arguments) == 2);
        CHECK_FALSE(refused.asked);
    }
}

TEST_CASE("global options stand before and after the verb") {
    for (const auto& arguments :
         {std::vector<std::string>{"--data", "d", "--business", "b", "--actor", "eva", "--json", "customer", "a/1"},
          std::vector<std::string>{"customer", "a/1", "--data", "d", "--business", "b", "--actor", "eva", "--json"},
          std::vector<std::string>{"customer", "--json", "a/1", "--business=b", "--data=d", "--actor=eva"}}) {
        Run run;
        CHECK(run(arguments) == 0);
        CHECK(run.opened.data == "d");
        CHECK(run.opened.business.text() == "b");
        CHECK(run.opened.actor == "eva");
        CHECK(run.out.str() == "{}\n");
    }
    Run run;
    CHECK(run({"policy", "show", "--json"}) == 0);
    CHECK(run.opened.data == "./kartei-data");
    CHECK(run.opened.business.text() == "default");
    CHECK(run.opened.actor == "tester");
}

TEST_CASE("every verb that reads the ledger's state asks as of a position or time") {
    CHECK(asked({"customers", "--joined", "--at", "5", "--json"}) == "customers - 1 @5");
    CHECK(asked({"account", "terminbuch/anna", "--at", "5"}) == "account terminbuch anna @5");
    CHECK(asked({"search", "anna", "--at", "5", "--json"}) == "search anna @5");
    CHECK(asked({"consent", "a/1", "--at", "5"}) == "consents a/1 @5");
    CHECK(asked({"consent", "a/1", "marketing", "email", "--at", "2026-03-14T09:30:00Z"}) ==
          "consents a/1 marketing email - @2026-03-14T09:30:00Z");
    CHECK(asked({"pending", "--at", "5", "--json"}) == "pending - @5");
    CHECK(asked({"pending", "a/1", "--at", "5", "--json"}) == "pending a/1 @5");
    CHECK(asked({"policy", "show", "--at", "5"}) == "policy @5");
    CHECK(asked({"imports", "--at", "5", "--json"}) == "imports @5");
    CHECK(asked({"protocol", "--at", "5", "--json"}) == "protocol - - - - @5");
    CHECK(asked({"replay", "--from", "3", "--at", "5"}) == "replay 3 0 @5");
    CHECK(usageError({"pending", "a/1", "--take", "5", "--at", "6"}) == 2);
}

TEST_CASE("bad input is found before anything is opened") {
    CHECK(usageError({}) == 2);
    CHECK(usageError({"frobnicate"}) == 2);
    CHECK(usageError({"customer"}) == 2);
    CHECK(usageError({"customer", "noslash"}) == 2);
    CHECK(usageError({"customer", "a/1", "b/2"}) == 2);
    CHECK(usageError({"customer", "a/1", "--at", "0"}) == 2);
    CHECK(usageError({"customer", "a/1", "--at", "yesterday"}) == 2);
    CHECK(usageError({"customer", "a/1", "--business", "Not Good"}) == 2);
    CHECK(usageError({"customer", "a/1", "--actor", ""}) == 2);
    CHECK(usageError({"customers", "--joined", "--single"}) == 2);
    CHECK(usageError({"customers", "--origin", "moon"}) == 2);
    CHECK(usageError({"consent", "a/1", "marketing"}) == 2);
    CHECK(usageError({"merge", "a/1", "b/2"}) == 2);
    CHECK(usageError({"merge", "a/1", "b/2", "--comment", "x", "--take", "shoeSize"}) == 2);
    CHECK(usageError({"undo", "42"}) == 2);
    CHECK(usageError({"erase", "--reason", "x"}) == 2);
    CHECK(usageError({"erase", "a/1"}) == 2);
    CHECK(usageError({"erase", "a/1", "--reason", " "}) == 2);
    CHECK(usageError({"erase", "a/1", "b", "--reason", "x"}) == 2);
    CHECK(usageError({"erase", "--receipts-of", "17", "--reason", "x"}) == 2);
    CHECK(usageError({"erase", "a/1", "--receipts-of", "2017", "--reason", "x"}) == 2);
    CHECK(usageError({"erase", "--receipts-of", "2017", "--only", "--reason", "x"}) == 2);
    CHECK(usageError({"erase", "--receipts-of", "2017"}) == 2);
    CHECK(usageError({"key"}) == 2);
    CHECK(usageError({"undo", "42", "--reason", " "}) == 2);
    CHECK(usageError({"merge", "a/1", "b/2", "--take", "email", "--comment", " \t"}) == 2);
    CHECK(usageError({"merge", "a/1", "b/2", "--take", "email", "--comment", ""}) == 2);
    CHECK(usageError({"link", "a/1", "b/2", "--comment", "\u00A0"}) == 2);
    CHECK(usageError({"customer", "a/1", "--actor", " "}) == 2);
    CHECK(usageError({"append", "-", "--format", "xml"}) == 2);
    CHECK(usageError({"search", " "}) == 2);
    CHECK(usageError({"pending", "a/1", "--take", "5", "--dismiss", "6,5"}) == 2);
    CHECK(usageError({"frobnicate"}) == 2);
    CHECK(usageError({"search", "\xC3"}) == 2);
    CHECK(usageError({"undo", "42", "--reason", "x", "--assign", "5"}) == 2);
    CHECK(usageError({"pending", "--take", "5"}) == 2);
    CHECK(usageError({"policy"}) == 2);
    CHECK(usageError({"policy", "set", "gravity", "off"}) == 2);
    CHECK(usageError({"account", "anna"}) == 2);
    CHECK(usageError({"append", "/nonexistent/events"}) == 2);
    CHECK(usageError({"append", "/"}) == 2);
}

namespace {

std::string errorOf(const std::vector<std::string>& arguments) {
    Run run;
    CHECK(run(arguments) == 2);
    return run.err.str();
}

}  // namespace

TEST_CASE("Which version it is, --version says") {
    Run run;
    CHECK(run({"--version"}) == 0);
    CHECK(run.out.str() == "kartei 0.1.0\n");
}

TEST_CASE("a usage error says which option or argument it is about") {
    CHECK(errorOf({"--bogus"}) == "error: There is no option --bogus here (see --help)\n");
    CHECK(errorOf({"customer", "--bogus=5", "a/1"}) == "error: There is no option --bogus here (see --help)\n");
    CHECK(errorOf({"merge", "a/1", "b/2", "--coment", "x"}) ==
          "error: There is no option --coment here (see --help)\n");
    CHECK(errorOf({"search", "-Muster"}) ==
          "error: Argument 2 is no option that is known here; -- goes before a text that begins with - (see --help)\n");
    CHECK(errorOf({"frobnicate"}) == "error: Argument 1 is no verb that is known here (see --help)\n");
    CHECK(errorOf({"policy", "frobnicate"}) == "error: Argument 2 is no verb that is known here (see --help)\n");
    CHECK(errorOf({"policy"}) == "error: A verb is missing (see --help)\n");
    CHECK(errorOf({"customer", "a/1", "b/2"}) == "error: Argument 3 is one too many (see --help)\n");
    CHECK(errorOf({"customer"}) == "error: RECORD is required (see --help)\n");
    CHECK(errorOf({"customer", "a/1", "--at"}) == "error: --at lacks its value (see --help)\n");
    CHECK(errorOf({"customer", "a/1", "--at", "5", "--at", "6"}) ==
          "error: --at is there more than once (see --help)\n");
    CHECK(errorOf({"customer", "a/1", "--json=maybe"}) == "error: --json takes no value (see --help)\n");
}

TEST_CASE("no error repeats what was typed: it may be a person's name or address") {
    const std::string person = "erika@example.com";
    for (const auto& arguments :
         std::vector<std::vector<std::string>>{{person},
                                               {"--" + person},
                                               {"policy", person},
                                               {"policy", "set", person, "on"},
                                               {"policy", "set", "automatic_link", person},
                                               {"customer", person},
                                               {"customer", "a/1", person},
                                               {"customer", "a/1", "--at", person},
                                               {"customer", "a/1", "--at", "5", "--at", person},
                                               {"customer", "a/1", "--json=" + person},
                                               {"customer", "a/1", "--" + person},
                                               {"customer", "a/1", "--bogus=" + person},
                                               {"customer", "a/1", "-" + person},
                                               {"customers", "--origin", person},
                                               {"customers", "--single=" + person},
                                               {"account", person},
                                               {"search", "muster", person},
                                               {"consent", "a/1", person, "email"},
                                               {"merge", "a/1", "b/2", "--take", person, "--comment", "x"},
                                               {"undo", person, "--reason", "x"},
                                               {"undo", "5", "--reason", "x", "--assign", person},
                                               {"pending", "a/1", "--take", person},
                                               {"append", person},
                                               {"append", "-", "--format", person},
                                               {"import", "csv", "f", "--source", person},
                                               {"verify", "--against", person},
                                               {"protocol", "--from", person},
                                               {"replay", "--from", person},
                                               {"customer", "a/1", "--business", person}}) {
        CAPTURE(arguments);
        CHECK_THAT(errorOf(arguments), !Contains("erika") && Contains("error: "));
        auto inJson = arguments;
        inJson.insert(inJson.begin(), "--json");
        Run run;
        CHECK(run(inJson) == 2);
        CHECK_THAT(run.out.str(), !Contains("erika") && Contains(R"({"code":)"));
        CHECK(run.err.str().empty());
    }
}

TEST_CASE("a list takes blanks beside its commas") {
    CHECK(asked({"merge", "a/1", "b/2", "--take", "phone, email", "--comment", "x"}) ==
          "merge a/1 b/2 phone+email+ x - commit");
    CHECK(asked({"merge", "a/1", "b/2", "--take", "phone,", "email", "--comment", "x"}) ==
          "merge a/1 b/2 phone+email+ x - commit");
    CHECK(asked({"pending", "a/1", "--dismiss", "7 , 8"}) == "resolve a/1  7+8+");
    CHECK(usageError({"merge", "a/1", "b/2", "--take", " , ", "--comment", "x"}) == 2);
    CHECK(usageError({"merge", "a/1", "b/2", "--take", "", "--comment", "x"}) == 2);
}

TEST_CASE("with --json a usage error is JSON too") {
    Run run;
    CHECK(run({"--json", "customer", "noslash"}) == 2);
    CHECK_THAT(run.out.str(), Contains(R"({"code":"usage","detail":")"));
    CHECK(run.err.str().empty());
}

TEST_CASE("failures are the exit code") {
    Run run;
    SECTION("a refusal") {
        run.script.answer = failed(Failure{Failure::Kind::refused,
                                           "already_joined",
                                           "They are one customer already.",
                                           {events::Position(42), events::Position(50)}});
        SECTION("for people") {
            CHECK(run({"link", "a/1", "b/2"}) == 1);
            CHECK(run.err.str() ==
                  "refused: already_joined: They are one customer already. (joined at position 42, 50)\n");
            CHECK(run.out.str().empty());
        }
        SECTION("for programs") {
            CHECK(run({"link", "a/1", "b/2", "--json"}) == 1);
            CHECK(run.out.str() ==
                  "{\"code\":\"already_joined\",\"detail\":\"They are one customer already.\",\"joins\":[42,50]}\n");
            CHECK(run.err.str().empty());
        }
    }
    SECTION("bad input") {
        run.script.answer = failed(Failure{Failure::Kind::badInput, "bad_input", "No such \x1b[2J file.", {}});
        CHECK(run({"customer", "a/1"}) == 2);
        CHECK(run.err.str() == "error: No such \xEF\xBF\xBD[2J file.\n");
    }
    SECTION("storage, in a list") {
        run.script.list = {R"({"position":1})"};
        run.script.listFailure = Failure{Failure::Kind::storage, "storage", "The log is damaged.", {}};
        CHECK(run({"replay"}) == 3);
        CHECK(run.out.str() == "{\"position\":1}\n");
    }
}

TEST_CASE("an answer that cannot be written is a failure") {
    Run run;
    run.out.setstate(std::ios::badbit);
    CHECK(run({"customer", "a/1", "--json"}) == 3);
}

TEST_CASE("append reads its input and tells of refusals") {
    Run run;
    run.in.str("{\"a\":1}\n");
    SECTION("all stored") {
        run.script.answer = std::string(R"({"results":[{"position":7}]})");
        CHECK(run({"append", "-"}) == 0);
        CHECK(run.script.asked == "append {\"a\":1}\n json");
        CHECK_THAT(run.out.str(),
                   Contains("stored at position 7") && Contains("1 event: 1 stored, 0 unchanged, 0 refused"));
    }
    SECTION("one refused") {
        run.script.answer = std::string(R"({"results":[{"position":7},{"code":"erased","detail":"x"}]})");
        CHECK(run({"append", "-", "--json"}) == 1);
        CHECK(run.out.str() == *run.script.answer + "\n");
    }
    SECTION("from a file") {
        std::string file = "/tmp/kartei-append-XXXXXX";
        close(mkstemp(file.data()));
        std::ofstream(file) << "from a file";
        run.script.answer = std::string(R"({"results":[]})");
        CHECK(run({"append", file}) == 0);
        CHECK(run.script.asked == "append from a file json");
        std::remove(file.c_str());
    }
}

TEST_CASE("an import is refused where rows were refused and there was nothing else") {
    const auto exitOf = [](const std::string& counts) {
        Run run;
        run.script.answer = R"({"run":"r-1",)" + counts + R"(,"problems":[]})";
        const int code = run({"import", "csv", "-", "--json"});
        CHECK(run.out.str() == *run.script.answer + "\n");
        return code;
    };
    CHECK(exitOf(R"("imported":0,"unchanged":0,"refused":2)") == 1);
    CHECK(exitOf(R"("imported":1,"unchanged":0,"refused":2)") == 0);
    CHECK(exitOf(R"("imported":0,"unchanged":1,"refused":2)") == 0);
    CHECK(exitOf(R"("imported":0,"unchanged":0,"refused":0)") == 0);
}

TEST_CASE("a rebuild that differs is an integrity failure") {
    Run run;
    run.script.answer = std::string(R"({"events":1,"customers":1,"digest":"x","verified":false})");
    CHECK(run({"rebuild", "--verify", "--json"}) == 3);
}

TEST_CASE("lists: an object a line, or a table, and a word when there is nothing") {
    Run run;
    SECTION("json") {
        run.script.list = {R"({"customer":"a/1"})", R"({"customer":"b/2"})"};
        CHECK(run({"customers", "--json"}) == 0);
        CHECK(run.out.str() == "{\"customer\":\"a/1\"}\n{\"customer\":\"b/2\"}\n");
    }
    SECTION("table") {
        run.script.list = {R"({"customer":"a/1","name":"Eva"})"};
        CHECK(run({"customers"}) == 0);
        CHECK_THAT(run.out.str(), Contains("CUSTOMER  NAME") && Contains("a/1") && Contains("Eva"));
    }
    SECTION("nothing") {
        CHECK(run({"search", "nobody"}) == 0);
        CHECK(run.out.str().empty());
        CHECK(run.err.str() == "nobody found\n");
    }
}

TEST_CASE("a dry run is drawn as a preview") {
    Run run;
    run.script.answer = std::string(samples::undoPreview);
    CHECK(run({"undo", "42", "--reason", "x", "--dry-run"}) == 0);
    CHECK_THAT(run.out.str(), Contains("Nothing has been changed"));
}

TEST_CASE("help has a sentence and an example for every verb") {
    for (const std::string verb :
         {"append", "import", "imports", "customer", "customers", "history", "account", "search", "consent", "link",
          "merge", "undo", "pending", "distinct", "erase", "export", "protocol", "replay", "rebuild"}) {
        Run run;
        CHECK(run({verb, "--help"}) == 0);
        CHECK_THAT(run.out.str(), Contains("Example:\n  kartei " + verb));
        CHECK_FALSE(run.wasOpened);
    }
    Run run;
    CHECK(run({"policy", "set", "--help"}) == 0);
    CHECK_THAT(run.out.str(), Contains("kartei policy set"));
    Run all;
    CHECK(all({"--help"}) == 0);
    CHECK_THAT(all.out.str(), Contains("undo") && Contains("--business") && Contains("Exit codes"));
}

TEST_CASE("help fits the screen") {
    for (const std::string verb :
         {"append",  "import", "imports", "customer", "customers", "history",  "account",  "search",
          "consent", "link",   "merge",   "undo",     "pending",   "distinct", "protocol", "replay",
          "rebuild", "policy", "verify",  "receipt",  "log",       "erase",    "export",   "--business"}) {
        Run run;
        CHECK(run(verb.starts_with("-") ? std::vector<std::string>{"--help"} : std::vector{verb, "--help"s}) == 0);
        std::istringstream lines(run.out.str());
        for (std::string line; std::getline(lines, line);) {
            CAPTURE(line);
            CHECK(terminal::displayWidth(line) <= 80);
        }
    }
    Run run;
    CHECK(run({"import", "--help"}) == 0);
    CHECK_THAT(run.out.str(), Contains("\n  --source SOURCE         The source that the records belong to; else the\n" +
                                       std::string(26, ' ') + "adapter's own\n"));
}

TEST_CASE("bench gets what stands behind it") {
    Run run;
    CHECK(run({"bench", "--filter", "append", "--help"}) == 0);
    CHECK(run.benched == std::vector<std::string>{"--filter", "append", "--help"});
    CHECK_FALSE(run.wasOpened);
}

TEST_CASE("what is wrong with a bench is a usage error as all others are") {
    Run run;
    run.benchProblem = "Argument 1 of bench is wrong";
    SECTION("for people") {
        CHECK(run({"bench", "--bogus"}) == 2);
        CHECK(run.err.str() == "error: Argument 1 of bench is wrong (see --help)\n");
        CHECK(run.out.str().empty());
    }
    SECTION("for programs") {
        CHECK(run({"--json", "bench", "--bogus"}) == 2);
        CHECK(run.out.str() == "{\"code\":\"usage\",\"detail\":\"Argument 1 of bench is wrong (see --help)\"}\n");
        CHECK(run.err.str().empty());
    }
}

TEST_CASE("bench finds what is wrong with its arguments before it measures anything") {
    for (const auto& arguments : std::vector<std::vector<std::string>>{{"--bogus"},
                                                                       {"--bogus", "5"},
                                                                       {"--customers"},
                                                                       {"--customers", "0"},
                                                                       {"--customers", "5,6"},
                                                                       {"--singles", "99999999999999999999999"},
                                                                       {"--sizes", "5,,6"},
                                                                       {"--sizes", ""}}) {
        CAPTURE(arguments);
        CHECK(runBench(arguments).has_value());
    }
}

TEST_CASE("times may be given as tables show them") {
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    const auto text = [](std::string_view given, Moment moment) {
        const auto time = parseTime(given, moment);
        return time ? events::toText(*time) : "-";
    };
    CHECK(text("2026-03-14 10:30", Moment::first) == "2026-03-14T09:30:00Z");
    CHECK(text("2026-03-14 10:30", Moment::last) == "2026-03-14T09:30:59.999999Z");
    CHECK(text("2026-03-14 10:30:15", Moment::first) == "2026-03-14T09:30:15Z");
    CHECK(text("2026-03-14 10:30:59", Moment::last) == "2026-03-14T09:30:59.999999Z");
    CHECK(text("2026-03-14 10:30:60", Moment::first) == "-");
    CHECK(text("2026-03-14 10:30 15", Moment::first) == "-");
    CHECK(text("2026-03-14", Moment::first) == "2026-03-13T23:00:00Z");
    CHECK(text("2026-03-14", Moment::last) == "2026-03-14T22:59:59.999999Z");
    CHECK(text("2026-03-29", Moment::last) == "2026-03-29T21:59:59.999999Z");  // the day of 23 hours
    CHECK(text("2026-03-14T09:30:00+01:00", Moment::last) == "2026-03-14T08:30:00Z");
    CHECK(text("2026-02-30", Moment::first) == "-");
    CHECK(text("--03-14-xx", Moment::first) == "-");
    CHECK(text("2026-03-14 24:00", Moment::first) == "-");
    CHECK(text("2026-03-14x10:30", Moment::first) == "-");
    CHECK(text("2026-03-14 1a:30", Moment::first) == "-");
    unsetenv("TZ");
    tzset();
}
