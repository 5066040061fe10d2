// `kartei bench`: Kartei beside plain RocksDB, which gets the same bytes in the same batches, in one run.

#include "tools/bench/bench.hpp"

#include <rocksdb/db.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string_view>
#include <thread>

#include "ledger/ledger.hpp"
#include "ledger/stored_keys.hpp"
#include "projections/customer_file.hpp"
#include "projections/stored_views.hpp"
#include "tools/bench/costs.hpp"
#include "tools/bench/measuring.hpp"
#include "tools/bench/workload.hpp"

namespace kartei::tools {

namespace {

struct Settings {
    std::uint64_t customers = 40'000;                      // for appends, reads and the rebuild
    std::uint64_t singles = 2'000;                         // durable appends of one event each, a writer
    std::vector<std::uint64_t> sizes = {10'000, 100'000};  // for lookup, merge and undo
    std::filesystem::path directory = std::filesystem::temp_directory_path();
};

constexpr const char* usage = R"(Measures how fast Kartei is on this machine.
Usage: kartei bench [--customers N] [--singles N] [--sizes N,N]
                    [--directory DIR]

In one run, Kartei beside plain RocksDB with the same bytes and batches:
durable appends, one event each, by 1 and by 64 writers; durable appends in
batches of 1,000; reading the log; rebuilding the projections; what encryption
and the Merkle tree cost; and lookup, merge and undo in ledgers of different
size. Numbers are events or calls a
second, or microseconds for medians. Everything is made up and gone afterwards.

  --customers N    for appends, reads and the rebuild; 10 events each (40,000
                   unless said)
  --singles N      single durable appends a writer (2,000 unless said)
  --sizes N,N      customers for lookup, merge and undo (10,000 and 100,000
                   unless said)
  --directory DIR  where the data goes: put it on the disk that you want to
                   measure (the system's for such files unless said)

Example:
  kartei bench --customers 20000 --directory /var/tmp
)";

using Wrong = std::optional<std::string>;

// Whole numbers from 1, with commas between them.
std::optional<std::vector<std::uint64_t>> numbersIn(std::string_view text) {
    std::vector<std::uint64_t> numbers;
    for (const char* next = text.data();;) {
        std::uint64_t number = 0;
        const auto [end, error] = std::from_chars(next, text.data() + text.size(), number);
        if (error != std::errc{} || number == 0) return std::nullopt;
        numbers.push_back(number);
        if (end == text.data() + text.size()) return numbers;
        if (*end != ',') return std::nullopt;
        next = end + 1;
    }
}

Wrong takeNumbers(Settings& settings, const std::string& name, const std::string& value) {
    const auto numbers = numbersIn(value);
    if (name == "--sizes") {
        if (!numbers) return "--sizes: must be whole numbers from 1, with commas between them";
        settings.sizes = *numbers;
        return std::nullopt;
    }
    if (!numbers || numbers->size() != 1) return name + ": must be a whole number from 1";
    (name == "--customers" ? settings.customers : settings.singles) = numbers->front();
    return std::nullopt;
}

// What is wrong with the arguments, by their place: they may be anything.
Wrong parse(const std::vector<std::string>& arguments, Settings& settings) {
    for (std::size_t i = 0; i < arguments.size(); i += 2) {
        const auto& name = arguments[i];
        if (name != "--customers" && name != "--singles" && name != "--sizes" && name != "--directory") {
            return "Argument " + std::to_string(i + 1) + " of bench is no option that is known here";
        }
        if (i + 1 == arguments.size()) return name + " lacks its value";
        if (name == "--directory") {
            settings.directory = arguments[i + 1];
        } else if (auto wrong = takeNumbers(settings, name, arguments[i + 1])) {
            return wrong;
        }
    }
    return std::nullopt;
}

ledger::Place placeIn(const std::filesystem::path& scratch) { return {scratch / "data", scratch / "anchor"}; }

// Plain RocksDB under its defaults.
class Plain {
public:
    explicit Plain(const std::filesystem::path& path) {
        rocksdb::Options options;
        options.create_if_missing = true;
        rocksdb::DB* opened = nullptr;
        ledger::require(rocksdb::DB::Open(options, path.string(), &opened), "Cannot open plain RocksDB");
        database_.reset(opened);
    }
    void write(rocksdb::WriteBatch& batch) {
        rocksdb::WriteOptions synced;
        synced.sync = true;
        ledger::require(database_->Write(synced, &batch), "Cannot write");
    }
    rocksdb::DB& database() { return *database_; }

private:
    std::unique_ptr<rocksdb::DB> database_;
};

const ledger::Caller bench{"bench", events::Role::ADAPTER};
const ledger::Caller admin{"bench", events::Role::ADMIN};

ledger::Business& openBusiness(ledger::Ledger& ledger) {
    auto& business = ledger.findOrCreate(*events::BusinessName::parse("bench"));
    business.append(workloadSources(), bench);
    return business;
}

void fill(ledger::Business& business, std::uint64_t customers) {
    for (std::uint64_t from = 0; from < customers * eventsPerCustomer; from += batchEvents) {
        business.append(workloadEvents(from, std::min(batchEvents, customers * eventsPerCustomer - from)), bench);
    }
}

// The stored bytes of a log, to write them again.
std::vector<std::string> entriesOf(ledger::Business& business) {
    std::vector<std::string> entries;
    business.scanBytes(events::Position(1), business.head(), [&](events::Position, std::string_view bytes) {
        entries.emplace_back(bytes);
        return true;
    });
    return entries;
}

void inThreads(unsigned count, const std::function<void(unsigned)>& work) {
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < count; ++i) threads.emplace_back(work, i);
    for (auto& thread : threads) thread.join();
}

void benchSingles(const Settings& settings, unsigned writers) {
    const auto each = writers == 1 ? settings.singles : std::max<std::uint64_t>(settings.singles / 4, 1);
    const auto all = static_cast<double>(each * writers);
    const Scratch ours(settings.directory, "singles");
    ledger::Ledger ledger(placeIn(ours.path()), ledger::MasterKey::generate());
    auto& business = openBusiness(ledger);
    const double took = seconds([&] {
        inThreads(writers, [&](unsigned writer) {
            for (std::uint64_t i = 0; i < each; ++i) {
                business.append({workloadEvent((writer * each + i) * eventsPerCustomer)}, bench);
            }
        });
    });
    const auto entries = entriesOf(business);
    const Scratch theirs(settings.directory, "singles-plain");
    Plain plain(theirs.path());
    const double plainTook = seconds([&] {
        inThreads(writers, [&](unsigned writer) {
            for (std::uint64_t i = 0; i < each; ++i) {
                const auto number = writer * each + i;
                rocksdb::WriteBatch batch;
                batch.Put(ledger::keys::number64(number), entries[number % entries.size()]);
                plain.write(batch);
            }
        });
    });
    row("durable append, " + std::to_string(writers) + (writers == 1 ? " writer" : " writers"), all / took,
        all / plainTook, "events/s");
}

// Appends in batches, the same bytes into plain RocksDB, then reads both and rebuilds.
void benchLog(const Settings& settings) {
    const Scratch ours(settings.directory, "log");
    ledger::Ledger ledger(placeIn(ours.path()), ledger::MasterKey::generate());
    auto& business = openBusiness(ledger);
    const auto events = settings.customers * eventsPerCustomer;
    double took = 0;
    for (std::uint64_t from = 0; from < events; from += batchEvents) {
        auto batch = workloadEvents(from, std::min(batchEvents, events - from));  // decoding is not measured
        took += seconds([&] { business.append(std::move(batch), bench); });
    }
    const auto entries = entriesOf(business);
    const Scratch theirs(settings.directory, "log-plain");
    Plain plain(theirs.path());
    const double plainTook = seconds([&] {
        for (std::uint64_t from = 0; from < entries.size(); from += batchEvents) {
            rocksdb::WriteBatch batch;
            for (std::uint64_t i = from; i < std::min<std::uint64_t>(from + batchEvents, entries.size()); ++i) {
                batch.Put(ledger::keys::number64(i), entries[i]);
            }
            plain.write(batch);
        }
    });
    const auto count = static_cast<double>(events);
    row("durable append, batches of 1,000", count / took, count / plainTook, "events/s");

    // Both are read from files, not from memory that was just written.
    ledger::require(plain.database().CompactRange({}, nullptr, nullptr), "Cannot compact");
    for (auto* family : {business.directory().log(), business.directory().index(), business.directory().keys()}) {
        ledger::require(business.directory().database().CompactRange({}, family, nullptr, nullptr), "Cannot compact");
    }
    const auto scanPlain = [&] {
        std::uint64_t bytes = 0;
        const std::unique_ptr<rocksdb::Iterator> all(plain.database().NewIterator({}));
        for (all->SeekToFirst(); all->Valid(); all->Next()) bytes += all->value().size();
        if (bytes == 0) throw std::logic_error("nothing was read");
    };
    seconds(scanPlain);
    const double plainScan = seconds(scanPlain);
    std::uint64_t read = 0;
    const double scan = seconds([&] {
        business.scan(events::Position(1), business.head(), [&](const events::Event&) {
            ++read;
            return true;
        });
    });
    row("catch-up read, decoded", static_cast<double>(read) / scan, count / plainScan, "events/s");
    projections::StoredViews views(business);
    views.catchUp();
    const auto nothing = [](std::uint64_t, std::uint64_t) {};
    const double rebuilt = seconds([&] { views.rebuild(projections::Switching::useNew, nothing); });
    row("rebuild of the projections, compared", count / rebuilt, count / plainScan, "events/s");
}

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

// Medians at one size, in microseconds.
struct Calls {
    double lookup = 0;
    double merge = 0;
    double undo = 0;
};

Calls benchCalls(const Settings& settings, std::uint64_t customers) {
    const Scratch ours(settings.directory, "calls");
    ledger::Ledger ledger(placeIn(ours.path()), ledger::MasterKey::generate());
    auto& business = openBusiness(ledger);
    fill(business, customers);
    for (auto* family : {business.directory().log(), business.directory().index(), business.directory().keys()}) {
        ledger::require(business.directory().database().CompactRange({}, family, nullptr, nullptr), "Cannot compact");
    }
    constexpr std::uint64_t calls = 400;
    std::vector<double> lookup;
    std::vector<double> merge;
    std::vector<double> undo;
    std::uint64_t at = 7;
    const auto next = [&] { return at = (at * 6364136223846793005U + 1442695040888963407U) % customers; };
    for (std::uint64_t i = 0; i < 2 * calls; ++i) {  // the first half warms up
        const auto name = workloadRecord(next());
        const double took = seconds([&] { projections::fileOf(business.now(), name); });
        if (i >= calls) lookup.push_back(took);
    }
    for (std::uint64_t i = 0; i < calls; ++i) {
        const auto from = workloadRecord(next());
        const auto into = workloadRecord(next());
        Result<ledger::DecisionOutcome, ledger::Refusal> merged = failed(ledger::Refusal{});
        const double mergeTook = seconds([&] {
            merged = business.decide(ledger::Merge{from, into, {events::Field::EMAIL}, "bench", false}, admin);
        });
        if (!merged) continue;
        merge.push_back(mergeTook);
        undo.push_back(seconds([&] {
            if (!business.decide(ledger::Undoing{merged->position, "bench", {}, false, true}, admin)) {
                throw std::logic_error("an undo was refused");
            }
        }));
    }
    constexpr double microseconds = 1e6;
    return {median(lookup) * microseconds, median(merge) * microseconds, median(undo) * microseconds};
}

}  // namespace

std::optional<std::string> runBench(const std::vector<std::string>& arguments) {
    if (!arguments.empty() && (arguments.front() == "--help" || arguments.front() == "-h")) {
        std::cout << usage;
        return std::nullopt;
    }
    Settings settings;
    if (auto wrong = parse(arguments, settings)) return wrong;
    std::printf("%-46s %12s %12s %-9s %6s\n", "", "Kartei", "RocksDB", "", "ratio");
    benchSingles(settings, 1);
    benchSingles(settings, 64);
    benchLog(settings);
    benchCosts(settings.directory, settings.customers);
    std::optional<Calls> smallest;
    for (const auto customers : settings.sizes) {
        const auto calls = benchCalls(settings, customers);
        const auto at = " at " + std::to_string(customers) + " customers";
        row("lookup" + at, calls.lookup, std::nullopt, "us");
        row("merge" + at, calls.merge, std::nullopt, "us");
        row("undo" + at, calls.undo, std::nullopt, "us");
        if (!smallest) {
            smallest = calls;
            continue;
        }
        std::printf("  against the smallest: lookup %.2f, merge %.2f, undo %.2f times as long\n",
                    calls.lookup / smallest->lookup, calls.merge / smallest->merge, calls.undo / smallest->undo);
    }
    return std::nullopt;
}

}  // namespace kartei::tools
