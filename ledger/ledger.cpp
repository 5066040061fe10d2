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

Ledger::Ledger(const Place& place, const MasterKey& masterKey, Business::Clock clock, Opening opening,
               Business::ForgetInViews forgetInViews)
    : anchors_(place.anchor, markedDirectory(place.data, opening).id, Access::reading),
      directory_(place.data, masterKey, opening),
      committer_(directory_),
      clock_(std::move(clock)),
      forgetInViews_(std::move(forgetInViews)) {
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
    directory_.purgeAll();
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
        for (auto* business : businesses().open) business->anchorHead();
    }
}

Ledger::Slot& Ledger::slotOf(const events::BusinessName& name) {
    const std::lock_guard<std::shared_mutex> guard(slotsMutex_);
    return slots_[name];
}

Business* Ledger::opened(const events::BusinessName& name) const {
    const std::shared_lock<std::shared_mutex> guard(slotsMutex_);
    const auto slot = slots_.find(name);
    return slot == slots_.end() ? nullptr : slot->second.opened.load(std::memory_order_acquire);
}

Business& Ledger::open(const events::BusinessName& name, const BusinessIdentity& identity) {
    constexpr std::chrono::seconds pause{1};
    auto& slot = slotOf(name);
    const std::lock_guard<std::mutex> guard(slot.opening);
    if (slot.business) return *slot.business;
    if (slot.problem && std::chrono::steady_clock::now() < slot.again) throw Failure(*slot.problem);
    try {
        slot.business = std::make_unique<Business>(directory_, committer_, identity, Anchor(anchors_, name), clock_,
                                                   forgetInViews_);
    } catch (const Failure& failure) {
        slot.problem = failure;
        slot.again = std::chrono::steady_clock::now() + pause;
        slot.hasProblem.store(true, std::memory_order_release);
        throw;
    }
    slot.hasProblem.store(false, std::memory_order_release);
    slot.opened.store(slot.business.get(), std::memory_order_release);
    return *slot.business;
}

Business* Ledger::find(const events::BusinessName& name) {
    if (auto* known = opened(name)) return known;
    const auto identity = directory_.find(name);
    return identity ? &open(name, *identity) : nullptr;
}

Business& Ledger::findOrCreate(const events::BusinessName& name) {
    if (auto* known = opened(name)) return *known;
    return open(name, directory_.findOrCreate(name));
}

bool Ledger::hasToken(const events::BusinessName& name, std::string_view token) {
    const auto identity = directory_.find(name);
    return identity && AccessTokens(directory_, identity->number).find(token).has_value();
}

Ledger::Businesses Ledger::businesses() const {
    const std::shared_lock<std::shared_mutex> guard(slotsMutex_);
    Businesses all;
    for (const auto& [name, slot] : slots_) {
        if (auto* business = slot.opened.load(std::memory_order_acquire)) all.open.push_back(business);
        if (slot.hasProblem.load(std::memory_order_acquire)) ++all.notOpened;
    }
    return all;
}

std::uint64_t Ledger::changeMasterKey(const MasterKey& next) {
    const std::lock_guard<std::shared_mutex> guard(slotsMutex_);
    if (!slots_.empty()) throw std::logic_error("the master key was changed while businesses were open");
    const auto count = directory_.changeMasterKey(next);
    directory_.purgeAll();
    return count;
}

}  // namespace kartei::ledger
