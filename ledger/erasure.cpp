#include "ledger/erasure.hpp"

#include <algorithm>
#include <set>

#include "events/cloud_event.hpp"

namespace kartei::ledger {

namespace {

class Going {
public:
    Going(const Reading& reading, const RecordName& record) : reading_(reading), record_(record) {}

    std::vector<Position> result() {
        for (const auto stream : {Stream::file, Stream::visits, Stream::messages}) {
            const auto own = reading_.ownEvents(record_, stream);
            note(own);
            for (const auto& event : own) {
                if (goes(*event)) positions_.insert(event->position);
            }
        }
        return {positions_.begin(), positions_.end()};
    }

private:
    void note(const std::vector<SharedEvent>& own) {
        for (const auto& event : own) {
            if (event->subject != record_) continue;
            if (const auto* sent = std::get_if<events::MessageSent>(&event->data)) messages_.insert(sent->message);
            if (const auto* out = std::get_if<events::VisitCheckedOut>(&event->data)) receipts_.insert(out->receipt);
        }
    }

    [[nodiscard]] bool goes(const events::Event& event) const {
        if (const auto* news = std::get_if<events::MessageStatusChanged>(&event.data)) {
            return messages_.count(news->message) != 0;
        }
        if (const auto* reversed = std::get_if<events::VisitCheckoutReversed>(&event.data)) {
            return receipts_.count(reversed->receipt) != 0 || isNobodysElse(event, reversed->receipt);
        }
        if (const auto* linked = std::get_if<events::RecordsLinked>(&event.data)) return isOneOf(linked->a, linked->b);
        if (const auto* merged = std::get_if<events::RecordsMerged>(&event.data)) {
            return isOneOf(merged->from, merged->into);
        }
        if (const auto* undone = std::get_if<events::JoinUndone>(&event.data)) return isOneOf(undone->a, undone->b);
        return event.subject == record_;
    }

    // Whether a reversal was reported for the record, and of a receipt that nobody has.
    [[nodiscard]] bool isNobodysElse(const events::Event& event, const events::ItemName& receipt) const {
        const auto known = reading_.events(Stream::receipt, receipt.text());
        return event.subject == record_ && std::none_of(known.begin(), known.end(), [](const SharedEvent& fact) {
                   return std::holds_alternative<events::VisitCheckedOut>(fact->data);
               });
    }
    [[nodiscard]] bool isOneOf(const RecordName& a, const RecordName& b) const { return a == record_ || b == record_; }

    const Reading& reading_;
    const RecordName& record_;
    std::set<Position> positions_;
    std::set<events::ItemName> messages_;
    std::set<events::ItemName> receipts_;
};

}  // namespace

std::vector<Position> factsGoingWith(const Reading& reading, const RecordName& record) {
    return Going(reading, record).result();
}

}  // namespace kartei::ledger
