#pragma once
// The files of many customers, as a view has them, by the name of the record that leads.
//
// Those of now are the stored rows (stored_views.hpp), which have an index of words: whom it names is folded, and
// compared with the query. Of the past no rows are kept: the rows of now name every record that there ever was, and of
// each the customer is folded up to there. That costs what the customers' own events cost, of the next few as of all,
// and no memory but for one of them at a time; a search has no index there, so it folds them all.

#include <functional>
#include <optional>
#include <string_view>

#include "ledger/view.hpp"

namespace kartei::projections {

// Takes a customer's file, under the record that leads. Is also told of records that were looked at for nothing, with
// an empty file: those of customers that do not fit, or that another record leads. False: enough; a list that begins
// behind the record goes on.
using FileSink = std::function<bool(std::string_view record, std::string_view file)>;

// Every customer's file; those behind `after`, where it is said.
void eachFile(ledger::Business& business, const ledger::View& view, const FileSink& take,
              const std::optional<events::RecordName>& after = std::nullopt);

// The same of the customers whose file fits the query.
void eachFileThatFits(ledger::Business& business, const ledger::View& view, std::string_view text, const FileSink& take,
                      const std::optional<events::RecordName>& after = std::nullopt);

}  // namespace kartei::projections
