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

enum class Fit { no, yes };

// The file of every customer as of then that `fits`.
void fold(ledger::Business& business, const ledger::View& view, const std::optional<RecordName>& after,
          const std::function<Fit(const ledger::JoinedFields&)>& fits, const FileSink& take) {
    const auto fileUnder = [&](const RecordName& name) -> std::string {
        const auto customer = view.customer(name);
        if (!customer.record(name).exists()) return {};
        const auto fields = ledger::foldFields(customer);
        if (ledger::leadOf(customer, fields.retired) != name || fits(fields) == Fit::no) return {};
        return fileOf(customer, fields, view.then.lastPosition(customer));
    };
    auto behind = after;
    for (;;) {
        // Each time anew: an erasure drops all rows.
        const auto names = StoredViews(business).records(behind, namesAtOnce);
        for (const auto& name : names) {
            if (!take(name.text(), fileUnder(name))) return;
        }
        if (names.size() < namesAtOnce) return;
        behind = names.back();
    }
}

}  // namespace

void eachFile(ledger::Business& business, const ledger::View& view, const FileSink& take,
              const std::optional<RecordName>& after) {
    if (view.of == ledger::View::Of::now) return StoredViews(business).each(take, after);
    fold(
        business, view, after, [](const ledger::JoinedFields&) { return Fit::yes; }, take);
}

void eachFileThatFits(ledger::Business& business, const ledger::View& view, std::string_view text, const FileSink& take,
                      const std::optional<RecordName>& after) {
    if (view.of == ledger::View::Of::now) return StoredViews(business).search(text, take, after);
    const auto query = wordsOfQuery(text);
    if (query.empty()) return;
    const auto fitsQuery = [&](const ledger::JoinedFields& fields) {
        return fits(query, wordsOf(fields)) ? Fit::yes : Fit::no;
    };
    fold(business, view, after, fitsQuery, take);
}

}  // namespace kartei::projections
