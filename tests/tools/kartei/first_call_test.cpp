// What a first call leaves behind: a data directory and a key where something is recorded, and nothing where not.

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "tests/tools/kartei/environment.hpp"
#include "tools/kartei/command_line.hpp"

using namespace kartei;
using namespace kartei::tools;
using Catch::Matchers::Contains;

namespace {

const std::string connected =
    R"({"specversion":"1.0","id":"1","source":"desk","type":"source.connected","data":{"name":"Desk"}})";
const std::string entered =
    R"({"specversion":"1.0","id":"2","source":"desk","subject":"desk/1","type":"record.entered",)"
    R"("data":{"attributes":{"familyName":"Weiß"}}})";

struct Ended {
    int code = 0;
    std::string out, err;
};

class FirstCall : public testing::Environment {
public:
    // With no key given: it is made where one is needed.
    Ended run(const std::vector<std::string>& arguments, const std::string& input = {}) const {
        return runIn(data().string(), arguments, input);
    }
    static Ended runIn(const std::string& data, std::vector<std::string> arguments, const std::string& input = {}) {
        std::istringstream in(input);
        std::ostringstream out, err;
        Streams streams{in, out, err, {}, {}};
        arguments.insert(arguments.begin(), {"--data", data});
        const int code = runCommandLine(arguments, streams,
                                        {openEmbedded, {}, [](const auto&) { return std::nullopt; }, {}, "tester"});
        return {code, out.str(), err.str()};
    }
    [[nodiscard]] std::string file(const std::string& name, const std::string& content) const {
        const auto path = directory.path() / name;
        std::ofstream(path, std::ios::binary) << content;
        return path.string();
    }
    // The data directory, keys and anchors that are there.
    [[nodiscard]] std::string made() const {
        std::string all;
        for (const auto* place : {"data", "config", "state"}) {
            if (std::filesystem::exists(directory.path() / place)) all += std::string(place) + " ";
        }
        return all;
    }
};

}  // namespace

TEST_CASE("A data directory without a name is bad usage") {
    const FirstCall first;
    const auto ended = FirstCall::runIn("", {"customers"});
    CHECK(ended.code == 2);
    CHECK(ended.err == "error: --data must name a directory.\n");
    CHECK(first.made().empty());
}

TEST_CASE("A first call that cannot record anything makes no data directory and no key") {
    const FirstCall first;
    const auto table = first.file("kunden.csv", "Kundennummer;Nachname\n1;Weiß\n");
    const auto binary = first.file("kunden.xlsx", std::string("PK\x03\x04\0\0\0", 7));
    const auto mapping = first.file("mapping.toml", "[record]\nid = \n");
    const std::vector<std::string> declared = {"--declared-by", "Petra", "--declaration", "They agreed."};
    const auto refused = [&](int code, const std::vector<std::string>& arguments, const std::string& input = {}) {
        CAPTURE(arguments);
        CHECK(first.run(arguments, input).code == code);
        CHECK(first.made().empty());
    };
    const auto imported = [&](const std::vector<std::string>& arguments) {
        std::vector<std::string> all{"import"};
        all.insert(all.end(), arguments.begin(), arguments.end());
        all.insert(all.end(), declared.begin(), declared.end());
        return all;
    };
    refused(2, {"append", "-"}, "{");
    refused(2, {"append", "-"}, connected + "\n{}");
    refused(2, {"append", "-", "--format", "capnp"}, "abc");
    refused(2, {"append", "/nonexistent/events"});
    refused(0, {"append", "-"}, "");
    refused(1, {"import", "comcash", table});
    refused(2, {"import", "comcash", "/nonexistent/file"});
    refused(2, imported({"comcash", "/nonexistent/file"}));
    refused(2, imported({"comcash", binary}));
    refused(2, imported({"abacus", table}));
    refused(2, imported({"csv", table}));
    refused(2, imported({"csv", table, "--mapping", mapping}));

    CHECK(first.run({"append", "-"}, connected).code == 0);
    CHECK(first.made() == "data config state ");
}

TEST_CASE("The first import tells of the key that it makes, and imports") {
    const FirstCall first;
    const auto cards = first.file("karten.vcf", "BEGIN:VCARD\nVERSION:4.0\nFN:Jörg Weiß\nEND:VCARD\n");
    const auto ended = first.run({"import", "vcard", cards, "--declared-by", "Petra", "--declaration", "They agreed."});
    CHECK(ended.code == 0);
    CHECK_THAT(ended.err, Contains("Keep a copy"));
    CHECK_THAT(ended.out, Contains("1 imported"));
    CHECK_THAT(first.run({"customers"}).out, Contains("Jörg Weiß"));
}

TEST_CASE("A key that cannot be used is said by the first call that would record something") {
    const FirstCall first;
    testing::Environment::set("KARTEI_MASTER_KEY", "abc");
    const auto ended = first.run({"--json", "append", "-"}, connected);
    CHECK(ended.code == 3);
    CHECK_THAT(ended.out, Contains("master_key_unreadable"));
}

TEST_CASE("append counts what was known before apart from what it stores") {
    const FirstCall first;
    const auto both = connected + "\n" + entered;
    CHECK_THAT(first.run({"append", "-"}, both).out, Contains("2 events: 2 stored, 0 unchanged, 0 refused"));
    const auto again = first.run({"append", "-"}, both);
    CHECK_THAT(again.out, Contains("2 events: 0 stored, 2 known before, 0 unchanged, 0 refused"));
    CHECK_THAT(again.out, Contains("known before, at position 2"));
    auto third = entered;
    third.replace(third.find(R"("id":"2")"), 8, R"("id":"3")");
    CHECK_THAT(first.run({"append", "-"}, third + "\n" + third).out,
               Contains("2 events: 1 stored, 1 known before, 0 unchanged, 0 refused"));
    // Programs are told the position, as ever.
    CHECK(first.run({"--json", "append", "-"}, both).out == R"({"results":[{"position":1},{"position":2}]})"
                                                            "\n");
}
