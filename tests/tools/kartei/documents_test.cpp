// The documents say what the program does.

#include <catch2/catch.hpp>

#include <regex>
#include <set>
#include <sstream>

#include "ledger/refusal.hpp"
#include "tests/support/files.hpp"

using namespace kartei;

namespace {

// Every code that an answer may have when a rule refuses.
std::set<std::string> refusalCodes() {
    std::set<std::string> codes{"ambiguous_account", "name_taken", "token_made"};  // of reading and of tokens: no rules
    for (int code = 0;; ++code) {
        const auto text = ledger::toText(static_cast<ledger::RefusalCode>(code));
        if (text == "refused") return codes;
        codes.emplace(text);
    }
}

// The codes in the first column of the tables below the heading.
std::set<std::string> codesListed(const std::string& document, const std::string& heading) {
    std::set<std::string> codes;
    const auto from = document.find(heading);
    if (from == std::string::npos) return codes;
    std::istringstream lines(document.substr(from));
    const std::regex code("`([a-z_]+)`");
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("| `")) continue;
        const auto cell = line.substr(2, line.find(" | ") - 2);
        for (std::sregex_iterator found(cell.begin(), cell.end(), code); found != std::sregex_iterator(); ++found) {
            codes.insert((*found)[1]);
        }
    }
    return codes;
}

}  // namespace

TEST_CASE("The documents list every code of a refusal, and none that there is not") {
    const auto document = testing::contentOf(testing::testsFolder().parent_path() / "docs" / "using-kartei.md");
    REQUIRE(document);
    CHECK(codesListed(*document, "## The codes of refusals") == refusalCodes());
}
