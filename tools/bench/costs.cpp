#include "tools/bench/costs.hpp"

#include <memory>
#include <optional>
#include <vector>

#include "events/codec.hpp"
#include "ledger/committer.hpp"
#include "ledger/data_directory.hpp"
#include "ledger/entry_sealing.hpp"
#include "ledger/fiscal_years.hpp"
#include "ledger/in_parallel.hpp"
#include "ledger/key_vault.hpp"
#include "ledger/log_tree.hpp"
#include "ledger/stored_keys.hpp"
#include "ledger/tokens.hpp"
#include "tools/bench/measuring.hpp"
#include "tools/bench/workload.hpp"

namespace kartei::tools {

namespace {

enum class Data { inClear, sealed };
enum class Evidence { none, tree };

// A log and nothing else around it.
class BareLog {
public:
    BareLog(const std::filesystem::path& path, Data data, Evidence evidence)
        : directory_(path, ledger::MasterKey::generate()),
          identity_(directory_.findOrCreate(*events::BusinessName::parse("bench"))),
          tokens_(identity_.key),
          keys_(directory_, identity_),
          sealing_(keys_, identity_.number),
          data_(data),
          committer_(directory_) {
        if (evidence == Evidence::tree) tree_.emplace(directory_, identity_, last_);
    }

    // Returns when the facts are on the disk.
    void append(std::vector<events::SentEvent> facts) {
        std::vector<Ready> ready(facts.size());
        ledger::inParallel(facts.size(), 128, [&](std::size_t from, std::size_t to, unsigned /*worker*/) {
            for (auto i = from; i < to; ++i) ready[i] = encoded(std::move(facts[i]));
        });
        ledger::CommitUnit unit;
        if (tree_) unit.tree = &*tree_;
        for (auto& fact : ready) {
            last_ = last_.next();
            sealing_.save(fact.body, last_, unit.rows);
            unit.rows.push_back(
                {directory_.log(), ledger::keys::entry(identity_.number, last_), std::move(fact.bytes)});
        }
        committer_.wait(committer_.queue(std::move(unit)));
        keys_.release(last_);
    }

private:
    struct Ready {
        ledger::SealedBody body;
        std::string bytes;
    };

    [[nodiscard]] Ready encoded(events::SentEvent fact) const {
        const auto id = tokens_.eventId(fact.source.text(), fact.id);
        auto body = events::encodeBody(fact.data);
        const auto digest = tokens_.content({body.clear, body.sealed, body.fiscal});
        const auto year = ledger::fiscalYearOf(*fact.time);
        Ready ready;
        if (data_ == Data::sealed) {
            ready.body = sealing_.seal({fact.data, fact.subject, id, events::Role::ADAPTER}, std::move(body), year);
        } else {
            ready.body.body = std::move(body);
        }
        const events::Event event{
            {},          *fact.time, *fact.time, id, digest, fact.source, fact.subject, "bench", events::Role::ADAPTER,
            fact.cursor, fact.data};
        ready.bytes = events::encode(event, ready.body.body);
        return ready;
    }

    ledger::DataDirectory directory_;
    ledger::BusinessIdentity identity_;
    ledger::Tokens tokens_;
    ledger::KeyVault keys_;
    ledger::EntrySealing sealing_;
    Data data_;
    std::optional<ledger::LogTree> tree_;
    ledger::Committer committer_;  // goes first: it writes to the tree
    events::Position last_;
};

// Events a second.
double speed(const std::filesystem::path& directory, std::uint64_t events, Data data, Evidence evidence) {
    const Scratch scratch(directory, "costs");
    BareLog log(scratch.path(), data, evidence);
    double took = 0;
    for (std::uint64_t from = 0; from < events; from += batchEvents) {
        auto batch = workloadEvents(from, std::min(batchEvents, events - from));  // making them is not measured
        took += seconds([&] { log.append(std::move(batch)); });
    }
    return static_cast<double>(events) / took;
}

}  // namespace

void benchCosts(const std::filesystem::path& directory, std::uint64_t customers) {
    const auto events = customers * eventsPerCustomer;
    const double neither = speed(directory, events, Data::inClear, Evidence::none);
    row("encoded and written, against itself", neither, neither, "events/s");
    row("  with the tree", speed(directory, events, Data::inClear, Evidence::tree), neither, "events/s");
    row("  with encryption", speed(directory, events, Data::sealed, Evidence::none), neither, "events/s");
    row("  with both", speed(directory, events, Data::sealed, Evidence::tree), neither, "events/s");
}

}  // namespace kartei::tools
