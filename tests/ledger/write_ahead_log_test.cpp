// What is in RocksDB's write-ahead log alone when the machine stops: damage in it is found, and a torn end is not taken
// for damage.

#include "ledger/write_ahead_log.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "ledger/failure.hpp"
#include "tests/support/files.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::testing;
using ledger::Failure;

namespace {

constexpr std::uint64_t batches = 12;
constexpr std::uint64_t batchEvents = 20;

// A data directory whose entries are in the write-ahead log, nowhere else.
class Stopped {
public:
    Stopped() {
        {
            ledger::Ledger ledger(placeOf(path()), testing::masterKey());
            auto& business = ledger.findOrCreate(events::BusinessName::trusted("salon"));
            const ledger::Caller till{"till", events::Role::ADAPTER};
            business.append({tillConnected()}, till);
            for (std::uint64_t next = 0; next < batches * batchEvents; next += batchEvents) {
                business.append(enteredAtTill(next, next + batchEvents - 1), till);
            }
            // As the disk is at this moment; what closing writes is not in the copy.
            std::filesystem::copy(path(), copy(), std::filesystem::copy_options::recursive);
        }
        std::uintmax_t largest = 0;
        for (const auto& file : std::filesystem::directory_iterator(copy() / "rocksdb")) {
            if (file.path().extension() != ".log" || file.file_size() < largest) continue;
            largest = file.file_size();
            log_ = file.path();
        }
        bytes_ = contentOf(log_).value();
    }

    [[nodiscard]] const std::string& bytes() const { return bytes_; }
    void replaceLog(const std::string& bytes) const { std::ofstream(log_, std::ios::binary) << bytes; }
    // How many entries there are when it is opened.
    [[nodiscard]] std::uint64_t opened() const {
        ledger::Ledger ledger(placeOf(copy()), testing::masterKey());
        const auto* business = ledger.find(events::BusinessName::trusted("salon"));
        return business == nullptr ? 0 : business->head().value();
    }

private:
    [[nodiscard]] std::filesystem::path path() const { return temporary_.path() / "data"; }
    [[nodiscard]] std::filesystem::path copy() const { return temporary_.path() / "copy"; }

    TemporaryDirectory temporary_;
    std::filesystem::path log_;
    std::string bytes_;
};

}  // namespace

TEST_CASE("A bit that turned in the write-ahead log is found, wherever it is") {
    constexpr std::size_t places = 60;
    for (std::size_t place = 0; place < places; ++place) {
        const Stopped stopped;
        auto bytes = stopped.bytes();
        const auto at = bytes.size() * place / places;
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << (place % 8)));
        stopped.replaceLog(bytes);
        INFO("byte " << at << " of " << bytes.size());
        try {
            static_cast<void>(stopped.opened());
            FAIL_CHECK("it was opened");
        } catch (const Failure& failure) {
            CHECK(failure.kind() == Failure::Kind::damaged);
        }
    }
}

TEST_CASE("A write-ahead log that ends early holds whole batches, up to there") {
    const auto whole = Stopped().opened();
    REQUIRE(whole == 1 + batches * batchEvents);
    constexpr std::size_t places = 20;
    for (std::size_t place = places / 2; place < places; ++place) {
        const Stopped stopped;
        stopped.replaceLog(stopped.bytes().substr(0, stopped.bytes().size() * place / places));
        const auto kept = stopped.opened();
        CHECK(kept < whole);
        CHECK(kept > whole / 4);
        CHECK((kept - 1) % batchEvents == 0);
    }
}

namespace {

std::optional<std::uint64_t> damageIn(const std::string& bytes) {
    std::istringstream log(bytes);
    return ledger::damageWithin(log);
}

// Where records begin, by what their headers say.
std::vector<std::size_t> recordsOf(const std::string& bytes) {
    constexpr std::size_t block = 32'768;
    constexpr std::size_t header = 7;
    std::vector<std::size_t> found;
    for (std::size_t at = 0; at + header <= bytes.size();) {
        if (block - at % block < header) {
            at += block - at % block;
            continue;
        }
        found.push_back(at);
        at += header + static_cast<unsigned char>(bytes[at + 4]) +
              256 * std::size_t{static_cast<unsigned char>(bytes[at + 5])};
    }
    return found;
}

bool begins(const std::string& bytes, std::size_t record) { return bytes[record + 6] == 1 || bytes[record + 6] == 2; }

}  // namespace

TEST_CASE(
    "A bit that turned in any header of the write-ahead log is found where a whole write follows, and nothing is lost") {
    const Stopped stopped;
    const auto& bytes = stopped.bytes();
    const auto records = recordsOf(bytes);
    std::size_t lastWrite = 0;
    for (const auto record : records) lastWrite = begins(bytes, record) ? record : lastWrite;
    REQUIRE(records.size() > 10);
    for (const auto record : records) {
        if (record >= lastWrite) break;
        for (unsigned bit = 0; bit < 7 * 8; ++bit) {
            auto damaged = bytes;
            damaged[record + bit / 8] = static_cast<char>(damaged[record + bit / 8] ^ (1 << (bit % 8)));
            INFO("record at " << record << ", bit " << bit);
            CHECK(damageIn(damaged) == record);
        }
    }
    // And the ledger does not open it, so that it is as it was once the bit is turned back.
    auto damaged = bytes;
    damaged[records[1] + 5] = static_cast<char>(damaged[records[1] + 5] ^ 64);
    stopped.replaceLog(damaged);
    CHECK_THROWS_AS(stopped.opened(), Failure);
    stopped.replaceLog(bytes);
    CHECK(stopped.opened() == 1 + batches * batchEvents);
}

TEST_CASE("A write-ahead log that was cut short anywhere is not taken for damaged") {
    const Stopped stopped;
    const auto& bytes = stopped.bytes();
    CHECK_FALSE(damageIn(bytes));
    CHECK_FALSE(damageIn(""));
    for (std::size_t size = 0; size < bytes.size(); size += 61) {
        INFO("cut at " << size);
        CHECK_FALSE(damageIn(bytes.substr(0, size)));
        CHECK_FALSE(damageIn(bytes.substr(0, size) + std::string(5'000, '\0')));
    }
}

TEST_CASE("A write of which parts did not reach the disk is torn, whichever parts those are") {
    const Stopped stopped;
    auto bytes = stopped.bytes();
    // The last write that has several parts.
    std::size_t first = 0;
    const auto records = recordsOf(bytes);
    for (const auto record : records) first = bytes[record + 6] == 2 ? record : first;
    REQUIRE(first > 0);
    for (const auto record : records) {
        if (record > first && begins(bytes, record)) {
            bytes.resize(record);
            break;
        }
    }
    for (std::size_t byte = first; byte < first + 20; ++byte) bytes[byte] = 0;
    CHECK_FALSE(damageIn(bytes));
}
