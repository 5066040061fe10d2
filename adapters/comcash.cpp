#include "adapters/comcash.hpp"

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

}  // namespace kartei::adapters
