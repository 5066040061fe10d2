#pragma once
// Which column of a CSV file of receipts means what: a mapping file (TOML 1.0) with [receipt] instead of [record].
// docs/tills.md is its manual for people.
//
//     source = "kasse"                  # as in mapping.hpp, like [file]
//
//     [receipt]
//     id = "Interne Nummer"             # the receipt's own number, which never comes again
//     customer = { column = "Kundennummer", blank = ["0"] }   # the record's id; blank: nobody's receipt
//     date = "Datum"                    # a day, or a day and a time
//     time = "Uhrzeit"                  # where the date has none
//     zone = "Europe/Berlin"            # whose clock it is; this one if not said
//     total = "Betrag"
//     decimal = ","                     # or "."
//     currency = "EUR"                  # of all; EUR if not said
//     paid = { column = "kassiert", yes = ["1"], no = ["0"] } # no, or empty: it is no checkout
//     item = "Bezeichnung"              # what was sold, one text
//
// id, customer, date and total must be said. A value is written as in mapping.hpp.

#include <optional>
#include <string>
#include <string_view>

#include "adapters/csv_table.hpp"
#include "adapters/decimal.hpp"
#include "adapters/local_time.hpp"
#include "adapters/mapping.hpp"
#include "adapters/problem.hpp"
#include "events/names.hpp"
#include "events/result.hpp"

namespace kartei::adapters {

struct TextRule {
    ValueRule value;
};

struct ReceiptMapping {
    std::optional<events::SourceName> source;
    std::optional<std::string> encoding;
    CsvLayout layout;
    TextRule id;
    TextRule customer;
    TextRule date;
    std::optional<TextRule> time;
    std::string zone = germanZone;
    TextRule total;
    DecimalForm decimals;
    events::Currency currency = events::Currency::trusted("EUR");
    std::optional<SwitchRule> paid;
    std::optional<TextRule> item;
};

// Whether the text is a mapping of receipts: TOML with a table [receipt].
bool isReceiptMapping(std::string_view toml);

// Problem: mappingInvalid, as parseMapping.
Result<ReceiptMapping, AdapterProblem> parseReceiptMapping(std::string_view toml);

}  // namespace kartei::adapters
