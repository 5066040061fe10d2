#pragma once
// Customers of a vCard file: one person a card, any number of cards a file (RFC 6350, RFC 2426, versit vCard 2.1).
//
// What becomes a field:
//   N                  salutation (prefixes), givenName, familyName; where N is missing or empty, FN is split
//                      (person_values.hpp). Where FN repeats ORG, or KIND is org, the card is a company's
//   ORG                company: its first component
//   EMAIL              the preferred address, otherwise the first
//   TEL                mobile: of the numbers with TYPE=CELL the preferred or first; phone: of the others. Fax, pager
//                      and modem numbers are left out
//   ADR                the preferred address; otherwise home, then one of no type, then work. street is the street,
//                      where there is none the extended address, then the post-office box; country only where the text
//                      is certain (countryCode)
//   BDAY               birthDate. A date that leaves its day or month out is none; X-APPLE-OMIT-YEAR is obeyed
//   LANG               language, the preferred
//   NOTE               notes, several one below the other
//   CATEGORIES         tags
// Pictures, keys, sounds and everything else are left out. A card tells all about its person: a field above that it
// has nothing for is cleared.
//
// The id is UID, without `urn:uuid:`, where it is made of hexadecimal digits and hyphens; otherwise Naming::tokenOf of
// UID's text, or of the name with the e-mail address, or else with a telephone number.
//
// Skipped, with the line of BEGIN: a card that does not end, of another version, without any of the fields above, with
// nothing to name it (no UID, name, e-mail address or number), of a group or a thing (KIND), with a BDAY that is no
// date, with a text that is too long or broken.

#include <memory>
#include <string>

#include "adapters/import_row.hpp"
#include "adapters/problem.hpp"
#include "events/result.hpp"

namespace kartei::adapters {

// Problems: notText; nothingThere, where the file holds no card.
Result<std::unique_ptr<ImportReader>, AdapterProblem> readVcards(std::string bytes, Naming naming);

}  // namespace kartei::adapters
