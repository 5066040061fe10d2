#include "projections/notices.hpp"

#include "projections/history.hpp"
#include "projections/words.hpp"

namespace kartei::projections {

namespace {

using events::JsonWriter;
using events::toText;
using events::writeMember;
using ledger::Customer;

// What one of the persons notices.
class Notices {
public:
    Notices(JsonWriter& out, const SeenCustomer& before, const SeenCustomer& after)
        : out_(out),
          before_(before),
          after_(after),
          fieldsBefore_(ledger::foldFields(before.customer)),
          fields_(ledger::foldFields(after.customer)),
          lead_(ledger::leadOf(after.customer, fields_.retired)) {}

    void write() {
        for (const auto& [field, candidates] : fieldsBefore_.shown) noticeField(field, candidates.front());
        noticeVisits();
        noticeAccount();
    }

private:
    void notice(const std::string& text, std::optional<events::Field> field = {}) {
        out_.StartObject();
        writeMember(out_, "record", lead_);
        writeMember(out_, "field", field);
        writeMember(out_, "text", text);
        out_.EndObject();
    }

    void noticeField(events::Field field, const ledger::Candidate& before) {
        const std::string name = words(toText(field));
        const auto* now = fields_.find(field);
        if (now == nullptr) {
            notice("Loses " + name + ", which came from " + before.record.text() + ".", field);
        } else if (now->value != before.value) {
            notice("Shows another " + name + ", from " + now->record.text() + ".", field);
        }
    }

    void noticeVisits() {
        const auto before = visitsOf(before_.reading, before_.customer).size();
        const auto after = visitsOf(after_.reading, after_.customer).size();
        if (after != before) {
            notice("Shows " + counted(after, "visit") + " instead of " + std::to_string(before) + ".");
        }
    }

    void noticeAccount() {
        if (ledger::hasAccount(after_.customer)) notice("The online account shows the visits of this person alone.");
        if (!ledger::hasAccount(after_.customer) && ledger::hasAccount(before_.customer)) {
            notice("No longer has an online account.");
        }
    }

    JsonWriter& out_;
    const SeenCustomer& before_;
    const SeenCustomer& after_;
    ledger::JoinedFields fieldsBefore_;
    ledger::JoinedFields fields_;
    ledger::RecordName lead_;
};

}  // namespace

void writeNotices(JsonWriter& out, const SeenCustomer& before, const ledger::Reading& then,
                  const std::vector<Customer>& after) {
    out.StartArray();
    for (const auto& customer : after) {
        const SeenCustomer seen{then, customer};
        Notices(out, before, seen).write();
    }
    out.EndArray();
}

}  // namespace kartei::projections
