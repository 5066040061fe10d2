#include "ledger/business_facts.hpp"

#include "events/normal_forms.hpp"

namespace kartei::ledger {

namespace {

class Evolution {
public:
    Evolution(BusinessFacts& facts, const events::Event& event) : facts_(facts), event_(event) {}

    void operator()(const events::SourceConnected& data) {
        Source& source = facts_.sources[event_.source];
        source = {true, data.name, data.declaration};
    }
    void operator()(const events::SourceDisconnected&) { facts_.sources[event_.source].connected = false; }
    void operator()(const events::ImportStarted& data) {
        facts_.runs[data.run] = {data.run,      event_.source,    event_.position, event_.recordedTime,
                                 data.expected, data.declaration, std::nullopt};
    }
    void operator()(const events::ImportCompleted& data) {
        const auto run = facts_.runs.find(data.run);
        if (run != facts_.runs.end()) run->second.completed = data;
    }
    void operator()(const events::PolicySet& data) {
        facts_.policy.set(data.rule, data.enabled);
        facts_.policySetAt = event_.position;
    }
    void operator()(const events::RecordErased&) {
        if (event_.subject) facts_.erased.try_emplace(*event_.subject, event_.time);
    }
    void operator()(const events::RecordRegistered&) {
        if (!event_.addressed) return;
        auto& successors = facts_.successors[*event_.addressed];
        if (successors.empty() || successors.back() != *event_.subject) successors.push_back(*event_.subject);
    }
    void operator()(const events::ReceiptsErased& data) {
        facts_.erasedReceipts.emplace(static_cast<std::uint16_t>(data.year), event_.position);
    }
    template <class Other>
    void operator()(const Other&) {}

private:
    BusinessFacts& facts_;
    const events::Event& event_;
};

struct Concerns {
    const events::Event& event;

    bool operator()(const events::SourceConnected&) const { return true; }
    bool operator()(const events::SourceDisconnected&) const { return true; }
    bool operator()(const events::ImportStarted&) const { return true; }
    bool operator()(const events::ImportCompleted&) const { return true; }
    bool operator()(const events::PolicySet&) const { return true; }
    bool operator()(const events::RecordErased&) const { return true; }
    bool operator()(const events::ReceiptsErased&) const { return true; }
    bool operator()(const events::RecordRegistered&) const { return event.addressed.has_value(); }
    template <class Other>
    bool operator()(const Other&) const {
        return false;
    }
};

}  // namespace

const Source* BusinessFacts::source(const events::SourceName& name) const {
    const auto found = sources.find(name);
    return found == sources.end() ? nullptr : &found->second;
}

const ImportRun* BusinessFacts::run(const events::RunName& name) const {
    const auto found = runs.find(name);
    return found == runs.end() ? nullptr : &found->second;
}

bool isDeclared(const std::optional<events::Declaration>& declaration) {
    return declaration && !events::saysNothing(declaration->declaredBy) && !events::saysNothing(declaration->text);
}

bool concernsBusiness(const events::Event& event) { return std::visit(Concerns{event}, event.data); }

void evolve(BusinessFacts& facts, const events::Event& event) { std::visit(Evolution(facts, event), event.data); }

}  // namespace kartei::ledger
