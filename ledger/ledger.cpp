#include "ledger/ledger.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace kartei::ledger {

Business::Clock Ledger::systemClock() {
    return [] {
        using std::chrono::microseconds;
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        return Time(std::chrono::duration_cast<microseconds>(now).count());
    };
}

Ledger::Ledger(const Place& place, const MasterKey& masterKey, Business::Clock clock, Opening opening)
    : anchors_(place.anchor, markedDirectory(place.data, opening).id, Access::reading),
      directory_(place.data, masterKey, opening),
      committer_(directory_),
      clock_(std::move(clock)) {
    if (opening == Opening::reading) return;
    anchors_.hold();
    finishErasures();
    anchoring_ = std::thread([this] { anchorAll(); });
}

Ledger::~Ledger() {
    if (!anchoring_.joinable()) return;
    {
        const std::lock_guard<std::mutex> guard(stoppingMutex_);
        stopping_ = true;
    }
    stopped_.notify_one();
    anchoring_.join();
}

// Of erasures that were cut short, and of those that an older copy of the directory knows nothing of.
void Ledger::finishErasures() {
    for (const auto& name : directory_.businesses()) {
        const auto identity = *directory_.find(name);
        Anchor anchor(anchors_, name);
        const auto pending = directory_.pendingForAnchor(identity.number);
        if (!pending.empty()) anchor.add(pending);
        if (isAnyKeyLeft(identity, anchor)) open(name, identity);  // which destroys them
    }
    directory_.purge();
}

bool Ledger::isAnyKeyLeft(const BusinessIdentity& identity, const Anchor& anchor) {
    const KeyVault keys(directory_, identity);
    return std::any_of(anchor.entries().begin(), anchor.entries().end(), [&](const AnchorEntry& entry) {
        const auto* erasure = std::get_if<ErasureEntry>(&entry);
        const auto* receipts = std::get_if<ReceiptsEntry>(&entry);
        if (erasure == nullptr && receipts == nullptr) return false;
        const auto key = keys.find(erasure != nullptr ? keys.rowOf(erasure->record) : keys.rowOfYear(receipts->year));
        return key || key.error() != NoKey::destroyed;
    });
}

void Ledger::anchorAll() {
    constexpr std::chrono::seconds between{1};
    std::unique_lock<std::mutex> lock(stoppingMutex_);
    while (!stopped_.wait_for(lock, between, [this] { return stopping_; })) {
        std::vector<Business*> all;
        {
            const std::lock_guard<std::mutex> guard(opening_);
            for (const auto& [name, business] : businesses_) all.push_back(business.get());
        }
        for (auto* business : all) business->anchorHead();
    }
}

Business& Ledger::open(const events::BusinessName& name, const BusinessIdentity& identity) {
    auto& slot = businesses_[name];
    if (!slot) slot = std::make_unique<Business>(directory_, committer_, identity, Anchor(anchors_, name), clock_);
    return *slot;
}

Business* Ledger::find(const events::BusinessName& name) {
    const std::lock_guard<std::mutex> guard(opening_);
    const auto identity = directory_.find(name);
    return identity ? &open(name, *identity) : nullptr;
}

Business& Ledger::findOrCreate(const events::BusinessName& name) {
    const std::lock_guard<std::mutex> guard(opening_);
    return open(name, directory_.findOrCreate(name));
}

std::uint64_t Ledger::changeMasterKey(const MasterKey& next) {
    const std::lock_guard<std::mutex> guard(opening_);
    if (!businesses_.empty()) throw std::logic_error("the master key was changed while businesses were open");
    const auto count = directory_.changeMasterKey(next);
    directory_.purge();
    return count;
}

}  // namespace kartei::ledger
