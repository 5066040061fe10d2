#include "tools/kartei/terminal/table.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "tools/kartei/terminal/progress.hpp"
#include "tools/kartei/terminal/text.hpp"

using namespace kartei::tools::terminal;

namespace {

std::vector<std::string> linesOf(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

struct Paper {
    std::ostringstream out;
    Screen screen{out, Style(Colours::off), 80};
    [[nodiscard]] std::vector<std::string> lines() const { return linesOf(out.str()); }
};

// Where a word begins, in columns of the screen.
std::size_t columnOf(const std::string& line, const std::string& word) {
    return displayWidth(line.substr(0, line.find(word)));
}

}  // namespace

TEST_CASE("width is what the eye sees") {
    CHECK(displayWidth("abc") == 3);
    CHECK(displayWidth("Müller") == 6);
    CHECK(displayWidth("Mu\xCC\x88ller") == 6);  // u and a combining diaeresis
    CHECK(displayWidth("山田") == 4);
    CHECK(displayWidth("ｱ") == 1);  // half-width
    CHECK(displayWidth("한글") == 4);
    CHECK(displayWidth("\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8") == 2);  // three jamo make one syllable
    CHECK(displayWidth("😀") == 2);
    CHECK(displayWidth("") == 0);
}

TEST_CASE("what a terminal would obey is made harmless") {
    CHECK(harmless("\x1b[31mred") == "\xEF\xBF\xBD[31mred");
    CHECK(harmless("a\rb\nc\td") == "a b c d");
    CHECK(harmless(std::string("a\0b\x07\x7f", 5)) ==
          "a\xEF\xBF\xBD"
          "b\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(harmless("\xC2\x9B"
                   "31m") ==
          "\xEF\xBF\xBD"
          "31m");  // CSI as one code point
    CHECK(harmless("\xE2\x80\xAE"
                   "gnp.exe") ==
          "\xEF\xBF\xBD"
          "gnp.exe");  // right-to-left override
    CHECK(harmless("a\xE2\x80\xA8"
                   "b") == "a b");  // line separator
    CHECK(harmless("\xFF\xC3") == "\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(harmless("Jörg 山田 👩\xE2\x80\x8D🔬") == "Jörg 山田 👩\xE2\x80\x8D🔬");
}

TEST_CASE("shortening leaves whole letters") {
    CHECK(shortened("Schneider", 9) == "Schneider");
    CHECK(shortened("Schneider", 5) == "Schn…");
    CHECK(shortened("Waschen Schneiden", 9) == "Waschen…");
    CHECK(shortened("山田太郎", 5) == "山田…");
    CHECK(shortened("山田太郎", 4) == "山…");
    CHECK(shortened("u\xCC\x88u\xCC\x88u\xCC\x88", 2) == "u\xCC\x88…");
    CHECK(shortened("abc", 0).empty());
}

TEST_CASE("folding breaks at spaces, and words only where it must") {
    CHECK(folded("one two three", 7) == std::vector<std::string>{"one two", "three"});
    CHECK(folded("abcdefgh", 3) == std::vector<std::string>{"abc", "def", "gh"});
    CHECK(folded("山田太郎", 3) == std::vector<std::string>{"山", "田", "太", "郎"});
    CHECK(folded("山", 1) == std::vector<std::string>{"山"});
    CHECK(folded("", 5) == std::vector<std::string>{""});
    CHECK(folded("anna94@example.com", 12) == std::vector<std::string>{"anna94@", "example.com"});
    CHECK(folded("comcash/0123456789", 12) == std::vector<std::string>{"comcash/", "0123456789"});
    CHECK(folded("a/0123456789", 8) == std::vector<std::string>{"a/012345", "6789"});  // else it were three lines
    CHECK(folded("abcdefgh/", 8) == std::vector<std::string>{"abcdefgh", "/"});
}

TEST_CASE("columns stand under each other whatever the letters") {
    Paper paper;
    Table table(paper.screen, {{"NAME"}, {"CITY"}, {"VISITS", Align::right}});
    table.add({"Müller", "Köln", "7"});
    table.add({"山田", "Ulm", "12"});
    table.add({"Mu\xCC\x88ller", "Bonn", "103"});
    table.finish();
    const auto lines = paper.lines();
    REQUIRE(lines.size() == 4);
    CHECK(lines[0] == "NAME    CITY  VISITS");
    CHECK(columnOf(lines[1], "Köln") == 8);
    CHECK(columnOf(lines[2], "Ulm") == 8);
    CHECK(columnOf(lines[3], "Bonn") == 8);
    for (const auto& line : lines) CHECK(displayWidth(line) == 20);
}

TEST_CASE("a table fits the screen: values are shortened, names are not") {
    Paper paper;
    const std::string longName = "comcash/0123456789-0123456789";
    Table table(paper.screen,
                {{"RECORD", Align::left, Overflow::keep}, {"NOTE"}, {"TEXT", Align::left, Overflow::wrap}});
    table.add({longName, std::string(200, 'x'),
               "some words that are long enough to be folded into another line of the same cell"});
    table.finish();
    const auto lines = paper.lines();
    REQUIRE(lines.size() > 2);
    for (const auto& line : lines) CHECK(displayWidth(line) <= 80);
    CHECK(lines[1].starts_with(longName));
    CHECK(lines[1].find("x…") != std::string::npos);
    CHECK(paper.out.str().find("another") != std::string::npos);
}

TEST_CASE("one long name leaves room for the others") {
    Paper paper;
    Table table(paper.screen, {{"CUSTOMER", Align::left, Overflow::keep},
                               {"NAME", Align::left, Overflow::wrap},
                               {"E-MAIL", Align::left, Overflow::wrap},
                               {"JOINED"}});
    table.add({"adressbuch/0b3f5c1e-7a1e-4d0b-9e57-0c1f6b0d9c11", "Jörg-Michael Müller-Lüdenscheidt",
               "joerg.mueller@example.com", "single"});
    table.add({"comcash/1", "Änne Ölßner", "aenne@example.com", "single"});
    table.finish();
    for (const auto& line : paper.lines()) CHECK(displayWidth(line) <= 80);
    CHECK(paper.lines().size() == 4);
    CHECK(paper.out.str().find("Jörg-Michael") != std::string::npos);
    CHECK(paper.out.str().find("Müller-Lüdenscheidt") != std::string::npos);
    CHECK(paper.out.str().find("joerg.mueller@example.com") != std::string::npos);
    CHECK(paper.out.str().find("…") == std::string::npos);
}

TEST_CASE("lines end at blanks as long as that is enough") {
    Paper paper;
    paper.screen.width = 41;
    Table table(paper.screen, {{"RUN", Align::left, Overflow::keep}, {"STARTED", Align::left, Overflow::keep}, {"N"}});
    table.add({"r-0123456789ab-12345", "2026-03-14 10:30", "1234567"});
    table.finish();
    CHECK(paper.lines()[1] == "r-0123456789ab-12345  2026-03-14  1234567");
}

TEST_CASE("a narrow screen folds names rather than losing them") {
    Paper paper;
    paper.screen.width = 30;
    Table table(paper.screen, {{"A", Align::left, Overflow::keep}, {"B", Align::left, Overflow::keep}});
    table.add({"comcash/0123456789", "terminbuch/0123456789"});
    table.finish();
    for (const auto& line : paper.lines()) CHECK(displayWidth(line) <= 30);
    CHECK(paper.lines().size() == 3);
}

TEST_CASE("values cannot forge rows or colours") {
    Paper paper;
    Table table(paper.screen, {{"NAME"}});
    table.add({"Eve\n\x1b[2Jroot"});
    table.finish();
    CHECK(paper.lines().size() == 2);
    CHECK(paper.out.str().find('\x1b') == std::string::npos);
}

TEST_CASE("a long list keeps the widths of its first piece") {
    Paper paper;
    Table table(paper.screen, {{"N"}, {"M"}});
    for (int i = 0; i < 2'500; ++i) table.add({"abc", "x"});
    table.finish();
    const auto lines = paper.lines();
    CHECK(lines.size() == 2'501);
    CHECK(lines.front() == "N    M");
    CHECK(lines.back() == "abc  x");
}

TEST_CASE("a long list has wider columns from where it needs them, as long as there is room") {
    Paper paper;
    Table table(paper.screen, {{"N"}, {"M"}});
    for (int i = 0; i < 1'000; ++i) table.add({"abc", ""});
    table.add({"abc", "anna.muster@example.com"});
    table.finish();
    const auto lines = paper.lines();
    REQUIRE(lines.size() == 1'004);
    CHECK(lines[1'001].empty());
    CHECK(lines[1'002] == "N    M");
    CHECK(lines.back() == "abc  anna.muster@example.com");
}

TEST_CASE("a table without rows draws nothing") {
    Paper paper;
    Table table(paper.screen, {{"N"}});
    table.finish();
    CHECK(paper.out.str().empty());
}

TEST_CASE("colours only where they are on, and they do not move columns") {
    CHECK(Style(Colours::off).paint("x", Tone::bad) == "x");
    CHECK(Style(Colours::on).paint("x", Tone::bad) == "\x1b[31mx\x1b[0m");
    CHECK(Style(Colours::on).paint("x", Tone::plain) == "x");
    std::ostringstream out;
    Screen screen{out, Style(Colours::on), 80};
    Table table(screen, {{"A"}, {"B"}});
    table.add({Cell("good", Tone::good), Cell("x")});
    table.finish();
    CHECK(linesOf(out.str())[1] == "\x1b[32mgood\x1b[0m  x");
}

TEST_CASE("progress: a bar on a terminal, a line now and then in a pipe, nothing for a program") {
    std::chrono::steady_clock::time_point now;
    const auto clock = [&now] { return now; };
    std::ostringstream err;
    SECTION("bar") {
        {
            Progress progress(err, Progress::Kind::bar, "customers", 60, clock);
            progress.show({1, 10, 0, 0});
            CHECK(err.str().empty());
            now += std::chrono::seconds(1);
            progress.show({5, 10, 2, 0});
            CHECK(err.str().find("#.") != std::string::npos);
            CHECK(err.str().find("5 of 10 customers, 5 a second, 2 refused") != std::string::npos);
        }
        CHECK(err.str().ends_with("\r\x1b[K"));
    }
    SECTION("lines") {
        Progress progress(err, Progress::Kind::lines, "customers", 60, clock);
        now += std::chrono::seconds(1);
        progress.show({5, 10, 0, 7});
        CHECK(err.str().empty());
        now += std::chrono::seconds(5);
        progress.show({6, 10, 0, 7});
        CHECK(err.str() == "6 of 10 customers, 7 a second\n");
    }
    SECTION("silent") {
        Progress progress(err, Progress::Kind::silent, "customers", 60, clock);
        now += std::chrono::seconds(60);
        progress.show({5, 10, 0, 0});
        CHECK(err.str().empty());
    }
}
