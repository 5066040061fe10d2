#include "adapters/comcash.hpp"

#include <string>

#include "adapters/text_forms.hpp"

namespace kartei::adapters {

std::string_view comcashMapping() {
    return R"toml(# Customers of a COMCASH till
source = "comcash"

[record]
id = "Kundennummer"

[attributes]
salutation = "Anrede"
givenName = "Vorname"
familyName = "Nachname"
street = "Straße"
postalCode = "PLZ"
city = "Ort"
phone = "Telefon"
mobile = "Mobil"
email = "E-Mail"
notes = "Bemerkung"

[attributes.birthDate]
column = "Geburtsdatum"
blank = ["00.00.0000", "0000-00-00"]

[notifications]
sms = "SMS"
email = "E-Mail-Versand"
)toml";
}

std::string_view comcashReceiptMapping() {
    return R"toml(# Receipts of a COMCASH till
source = "comcash"

[receipt]
id = "Interne Nummer"
customer = { column = "Kundennummer", blank = ["0", "00", "000", "0000", "00000", "000000"] }
date = "Datum"
time = "Uhrzeit"
total = "Betrag"
item = "Bezeichnung"
paid = { column = "kassiert", yes = ["1"], no = ["0"] }
)toml";
}

bool isComcashReceipts(std::string_view fileName) {
    constexpr std::string_view ending = "_BELEGE.CSV";
    const std::string name = upperAscii(fileName);
    return name.ends_with(ending);
}

}  // namespace kartei::adapters
