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

using Names = std::function<std::vector<RecordName>(const std::optional<RecordName>& after)>;

// The file, as of then, of every customer under one of the names that `fits`. `next`: some of the names, namesAtOnce of
// them unless they are the last.
void fold(const ledger::View& view, const std::optional<RecordName>& after, const Names& next,
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
        const auto names = next(behind);
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
    StoredViews views(business);
    if (view.of == ledger::View::Of::now) return views.each(take, after);
    const auto all = [&](const std::optional<RecordName>& behind) { return views.records(behind, namesAtOnce); };
    fold(
        view, after, all, [](const ledger::JoinedFields&) { return Fit::yes; }, take);
}

void eachFileThatFits(ledger::Business& business, const ledger::View& view, std::string_view text, const FileSink& take,
                      const std::optional<RecordName>& after) {
    const auto query = wordsOfQuery(text);
    if (query.empty()) return;
    StoredViews views(business);
    const auto candidates = [&](const std::optional<RecordName>& behind) {
        if (view.of == ledger::View::Of::now) return views.candidates(query, behind, namesAtOnce);
        return views.records(behind, namesAtOnce);
    };
    const auto fitsQuery = [&](const ledger::JoinedFields& fields) {
        return fits(query, wordsOf(fields)) ? Fit::yes : Fit::no;
    };
    fold(view, after, candidates, fitsQuery, take);
}

}  // namespace kartei::projections
