#include "ledger/ledger.hpp"

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

Ledger::Ledger(const std::filesystem::path& path, const MasterKey& masterKey, Business::Clock clock, Opening opening)
    : directory_(path, masterKey, opening), committer_(directory_), clock_(std::move(clock)) {}

Business& Ledger::open(const events::BusinessName& name, const BusinessIdentity& identity) {
    auto& slot = businesses_[name];
    if (!slot) slot = std::make_unique<Business>(directory_, committer_, identity, clock_);
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
