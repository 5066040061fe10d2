#pragma once
// Which column of a CSV file means what: the mapping file (TOML 1.0). docs/import.md is its manual for people.
//
//     source = "kasse"                  # the source's name where the import names none
//
//     [file]                            # all of it is found out where it is not said
//     encoding = "windows-1252"
//     delimiter = ";"                   # ";", "," or "\t"
//     short_rows = "fill"               # "refuse" (default): a row with too few cells is not taken
//
//     [record]                          # one of the two
//     id = "Kundennummer"
//     key = ["Vorname", "Nachname", "PLZ"]
//
//     [attributes]                      # fields of Kartei
//     givenName = "Vorname"
//     street = ["Straße", "Hausnummer"] # joined with a space, blank ones left out
//     salutation = { column = "Anrede", values = { "1" = "Herr", "2" = "Frau" } }
//     birthDate = { column = "Geburtsdatum", formats = ["german"], blank = ["00.00.0000"], unreadable = "custom" }
//     country = { value = "DE" }
//     tags = { column = "Gruppen", split = "," }
//
//     [full_name]                       # instead of givenName and familyName
//     column = "Name"
//     order = "given_first"             # or "family_first"
//
//     [custom]                          # anything else, by a name of your own
//     "Pass-ID" = "Pass-ID"
//
//     [notifications]
//     sms = "SMS"
//     email = { column = "Werbung", yes = ["ja"], no = ["nein"], empty = "no" }
//
// A column is a text; several are a list; a table says more: `column` or `columns` or `value` (the same in every row),
// and besides `separator`, `values`, `blank`.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/csv_table.hpp"
#include "adapters/person_values.hpp"
#include "adapters/problem.hpp"
#include "events/attributes.hpp"
#include "events/names.hpp"
#include "events/result.hpp"

namespace kartei::adapters {

// Where a text comes from. Comparisons are by folded(), so keys of `translations` and `blanks` are folded.
struct ValueRule {
    std::vector<std::string> columns;  // none: `fixed` stands in every row
    std::string fixed;
    std::string separator = " ";                      // between the columns that are not blank
    std::map<std::string, std::string> translations;  // a cell's text → what it means; others stay as they are
    std::set<std::string> blanks;                     // cells' texts that mean nothing: "-", "k. A."
};

// What becomes of a row whose day is none. `custom`: the row is taken, the field cleared and the text kept in
// `custom` under the column's name.
enum class UnreadableDay { refuse, custom };

struct AttributeRule {
    events::Field field{};
    ValueRule value;
    std::vector<DayForm> dayForms = allDayForms;  // birthDate
    UnreadableDay unreadable = UnreadableDay::refuse;
    std::string split = ",";  // tags
};

struct FullNameRule {
    ValueRule value;
    NameOrder order = NameOrder::givenFirst;
};

enum class EmptySwitch { unsaid, no };

struct SwitchRule {
    ValueRule value;
    std::set<std::string> yes;  // folded
    std::set<std::string> no;
    EmptySwitch empty = EmptySwitch::unsaid;
};

struct CustomRule {
    std::string name;
    ValueRule value;
};

struct Mapping {
    std::optional<events::SourceName> source;
    std::optional<std::string> encoding;
    CsvLayout layout;
    std::optional<std::string> idColumn;  // either this
    std::vector<std::string> keyColumns;  // or these
    std::vector<AttributeRule> attributes;
    std::optional<FullNameRule> fullName;
    std::vector<CustomRule> custom;
    std::optional<SwitchRule> sms;
    std::optional<SwitchRule> email;
};

// Reads a mapping. Problem: mappingInvalid, with the line of a syntax error or the way to what is not known
// ("attributes.givenNam: is not known here").
Result<Mapping, AdapterProblem> parseMapping(std::string_view toml);

}  // namespace kartei::adapters
