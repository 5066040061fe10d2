// The files of an anchor: what is written and read, and what of it counts after the computer stopped.

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "ledger/anchor.hpp"
#include "ledger/failure.hpp"
#include "tests/support/files.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using events::Position;
using ledger::Access;
using ledger::Anchor;
using ledger::AnchorDirectory;
using ledger::AnchorEntry;
using ledger::BeginningEntry;
using ledger::ErasureEntry;
using ledger::Failure;
using Kind = ledger::Failure::Kind;

namespace {

const auto salon = events::BusinessName::trusted("salon");

ErasureEntry erasure(std::uint64_t at, const char* name, std::vector<Position> facts = {}) {
    return {1, position(at), second(7), record(name), std::move(facts)};
}

template <class Work>
std::optional<Kind> failureOf(Work&& work) {
    try {
        work();
    } catch (const Failure& failure) {
        return failure.kind();
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("Entries of the anchor's journal are lines that show damage, and a line cut short does not count") {
    const std::vector<AnchorEntry> entries{erasure(36, "comcash/1004", {position(12), position(15)}),
                                           erasure(37, "terminbuch/r-1"), ledger::ReceiptsEntry{1, position(38), 2016},
                                           BeginningEntry{2, position(30)},
                                           ledger::RevocationEntry{2, position(31), ledger::sha256("kartei_x")}};
    const auto lines = toLines(entries);
    const auto read = ledger::anchorEntriesIn(lines);
    REQUIRE(read);
    CHECK(read->entries == entries);
    CHECK(read->wholeBytes == lines.size());
    for (std::size_t cut = 1; cut < lines.size(); ++cut) {
        const auto part = ledger::anchorEntriesIn(std::string_view(lines).substr(0, cut));
        REQUIRE(part);
        CHECK(part->wholeBytes <= cut);
    }
    for (std::size_t at = 0; at + 1 < lines.size(); ++at) {
        auto damaged = lines;
        damaged[at] = static_cast<char>(damaged[at] ^ 1);
        const auto misread = ledger::anchorEntriesIn(damaged);
        CHECK((!misread || misread->entries != entries));
        if (lines[at] != '\n') CHECK_FALSE(misread);
    }
}

TEST_CASE("Two incarnations share what came before the later ones began") {
    const std::vector<AnchorEntry> entries{BeginningEntry{2, position(100)}, BeginningEntry{3, position(80)},
                                           BeginningEntry{4, position(120)}};
    CHECK(ledger::sharedBy(1, 1, entries) == Position::latest());
    CHECK(ledger::sharedBy(2, 1, entries) == position(100));
    CHECK(ledger::sharedBy(1, 4, entries) == position(80));
    CHECK(ledger::sharedBy(3, 4, entries) == position(120));
}

TEST_CASE("What is anchored is there again, each erasure once, behind a line that was cut short too") {
    const TemporaryDirectory temporary;
    {
        const AnchorDirectory directory(temporary.path(), "id", Access::writing);
        Anchor anchor(directory, salon);
        CHECK_FALSE(anchor.checkpoint());
        anchor.keepCheckpoint("first");
        anchor.keepCheckpoint("second");
        anchor.add({erasure(3, "till/1")});
        anchor.add({erasure(3, "till/1"), erasure(4, "till/2")});
    }
    const auto journal = temporary.path() / "id" / "salon.journal";
    std::ofstream(journal, std::ios::app) << "erased 1 5 17 till/";
    {
        const AnchorDirectory directory(temporary.path(), "id", Access::writing);
        Anchor anchor(directory, salon);
        CHECK(anchor.checkpoint() == "second");
        CHECK(anchor.entries() == std::vector<AnchorEntry>{erasure(3, "till/1"), erasure(4, "till/2")});
        anchor.add({erasure(6, "till/6")});
        CHECK(Anchor(directory, salon).entries().size() == 3);
        CHECK(Anchor(directory, events::BusinessName::trusted("other")).entries().empty());
    }
    auto damaged = contentOf(journal).value();
    damaged[4] = 'X';
    std::ofstream(journal) << damaged;
    const AnchorDirectory directory(temporary.path(), "id", Access::writing);
    CHECK(failureOf([&] { const Anchor anchor(directory, salon); }) == Kind::damaged);
}

TEST_CASE("What was being written to the journal when the computer stopped counts as far as it is whole") {
    const TemporaryDirectory temporary;
    const auto journal = temporary.path() / "id" / "salon.journal";
    {
        const AnchorDirectory directory(temporary.path(), "id", Access::writing);
        Anchor anchor(directory, salon);
        anchor.keepCheckpoint("a note");
        anchor.add({erasure(3, "till/1")});
    }
    const auto next = ledger::toLines({erasure(4, "till/2"), erasure(5, "till/3")});
    const auto before = contentOf(journal).value();
    for (std::size_t cut = 0; cut <= next.size(); ++cut) {
        std::ofstream(journal, std::ios::binary) << before << next.substr(0, cut);
        const AnchorDirectory directory(temporary.path(), "id", Access::reading);
        const Anchor anchor(directory, salon);
        CHECK(anchor.isWhole());
        CHECK_FALSE(anchor.entries().empty());
    }
    // A block of it that did not reach the disk, before one that did: nobody had an answer that rests on it.
    std::ofstream(journal, std::ios::binary) << before << std::string(20, '\0') << next.substr(20);
    {
        const AnchorDirectory directory(temporary.path(), "id", Access::writing);
        Anchor anchor(directory, salon);
        CHECK(anchor.isWhole());
        CHECK(anchor.entries().size() == 1);
        anchor.add({erasure(4, "till/2")});
    }
    CHECK(contentOf(journal) == before + ledger::toLines({erasure(4, "till/2")}));
    for (std::size_t cut = 0; cut < before.size(); ++cut) {
        std::ofstream(journal, std::ios::binary) << before.substr(0, cut);
        const AnchorDirectory directory(temporary.path(), "id", Access::reading);
        CHECK_FALSE(Anchor(directory, salon).isWhole());
    }
}

TEST_CASE("An anchor is one process's, so that two copies of a directory are not written to at once") {
    const TemporaryDirectory temporary;
    const AnchorDirectory first(temporary.path(), "id", Access::writing);
    CHECK(failureOf([&] { const AnchorDirectory second(temporary.path(), "id", Access::writing); }) == Kind::locked);
    CHECK_FALSE(failureOf([&] { const AnchorDirectory reader(temporary.path(), "id", Access::reading); }));
    CHECK_FALSE(failureOf([&] { const AnchorDirectory other(temporary.path(), "id2", Access::writing); }));
}

TEST_CASE("Who only reads an anchor sees it as it was, so that nothing that came later seems to be missing in a log") {
    const TemporaryDirectory temporary;
    const AnchorDirectory reader(temporary.path(), "id", Access::reading);
    const AnchorDirectory writer(temporary.path(), "id", Access::writing);
    Anchor(writer, salon).keepCheckpoint("a note");
    Anchor(writer, salon).add({erasure(7, "till/1")});
    CHECK_FALSE(Anchor(reader, salon).checkpoint());
    CHECK(Anchor(reader, salon).entries().empty());
    const AnchorDirectory next(temporary.path(), "id", Access::reading);
    CHECK(Anchor(next, salon).checkpoint() == "a note");
    CHECK(Anchor(next, salon).entries().size() == 1);
}
