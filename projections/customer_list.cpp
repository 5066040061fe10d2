#include "projections/customer_list.hpp"

#include "projections/customer_file.hpp"
#include "projections/search_words.hpp"
#include "projections/stored_views.hpp"

namespace kartei::projections {

namespace {

using events::RecordName;

// Names that are read at a time: while customers are folded no iterator is open, which would keep files from being
// deleted that an erasure wants gone.
constexpr std::size_t namesAtOnce = 1'000;

StoredViews upToDate(ledger::Business& business) {
    StoredViews views(business);
    views.catchUp();
    return views;
}

// Every customer as of then, by the record that leads. `take` returns false to stop.
void fold(ledger::Business& business, const ledger::View& view, const std::optional<RecordName>& after,
          const std::function<bool(const ledger::Customer&, const ledger::JoinedFields&)>& take) {
    auto behind = after;
    for (;;) {
        // Each time anew: an erasure drops all rows.
        const auto names = upToDate(business).records(behind, namesAtOnce);
        for (const auto& name : names) {
            const auto customer = view.customer(name);
            if (!customer.record(name).exists()) continue;
            const auto fields = ledger::foldFields(customer);
            if (ledger::leadOf(customer, fields.retired) != name) continue;
            if (!take(customer, fields)) return;
        }
        if (names.size() < namesAtOnce) return;
        behind = names.back();
    }
}

std::string fileThen(const ledger::View& view, const ledger::Customer& customer, const ledger::JoinedFields& fields) {
    return fileOf(customer, fields, view.then.lastPosition(customer));
}

}  // namespace

void eachFile(ledger::Business& business, const ledger::View& view, const FileSink& take,
              const std::optional<RecordName>& after) {
    if (view.of == ledger::View::Of::now) return upToDate(business).each(take, after);
    fold(business, view, after, [&](const ledger::Customer& customer, const ledger::JoinedFields& fields) {
        return take(fileThen(view, customer, fields));
    });
}

void eachFileThatFits(ledger::Business& business, const ledger::View& view, std::string_view text, const FileSink& take,
                      const std::optional<RecordName>& after) {
    if (view.of == ledger::View::Of::now) return upToDate(business).search(text, take, after);
    const auto query = wordsOfQuery(text);
    if (query.empty()) return;
    fold(business, view, after, [&](const ledger::Customer& customer, const ledger::JoinedFields& fields) {
        return !fits(query, wordsOf(fields)) || take(fileThen(view, customer, fields));
    });
}

}  // namespace kartei::projections
