#include "projections/vcard.hpp"

#include <algorithm>
#include <vector>

#include "projections/exchange_text.hpp"

namespace kartei::projections {

namespace {

using events::Field;

std::string escaped(std::string_view text, std::string_view special) {
    std::string out;
    for (const char letter : exchangeText(text)) {
        if (letter == '\n') {
            out += "\\n";
            continue;
        }
        if (special.find(letter) != std::string_view::npos) out += '\\';
        out += letter;
    }
    return out;
}

// RFC 6350 §3.3: in a text a semicolon stands for itself, in a component it must be escaped.
std::string escaped(std::string_view text) { return escaped(text, "\\,"); }
std::string component(std::string_view text) { return escaped(text, "\\,;"); }

bool continuesCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// RFC 6350 §3.2: lines of 75 octets at most, no character torn apart.
void addFolded(std::string& out, std::string_view line) {
    constexpr std::size_t most = 75;
    std::size_t room = most;
    while (line.size() > room) {
        std::size_t end = room;
        while (end > 1 && continuesCharacter(line[end])) --end;
        out.append(line.substr(0, end)).append("\r\n ");
        line.remove_prefix(end);
        room = most - 1;  // the blank that a continued line begins with counts
    }
    out.append(line).append("\r\n");
}

// "2026-03-14T09:30:00.5Z" as "20260314T093000Z".
std::string basicTime(events::Time time) {
    std::string text;
    for (const char letter : toText(time).substr(0, std::string_view("2026-03-14T09:30:00").size())) {
        if (letter != '-' && letter != ':') text += letter;
    }
    return text + 'Z';
}

// `YYYY-MM-DD` as YYYYMMDD, `--MM-DD` as --MMDD (RFC 6350 §4.3.1).
std::string basicDate(std::string_view date) {
    std::string text = date.starts_with("--") ? "--" : "";
    std::copy_if(date.begin(), date.end(), std::back_inserter(text), [](char letter) { return letter != '-'; });
    return text;
}

// Whether it has the letters of one (RFC 5646): a property of this type takes no other text.
bool isLanguageTag(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '-';
    });
}

class Card {
public:
    explicit Card(const ledger::JoinedFields& fields) : fields_(fields) {}

    std::string text(const events::RecordName& name, events::Time revised) {
        line("BEGIN:VCARD");
        line("VERSION:4.0");
        line("PRODID:-//Kartei//Copy for the customer//EN");
        line("UID;VALUE=text:" + name.text());
        line("REV:" + basicTime(revised));
        addNames(name);
        addAll("EMAIL", Field::EMAIL, {});
        addAll("TEL", Field::MOBILE, "cell");
        addAll("TEL", Field::PHONE, "voice");
        addAddress();
        add("BDAY", basicDate(shown(Field::BIRTH_DATE)));
        if (isLanguageTag(shown(Field::LANGUAGE))) add("LANG", shown(Field::LANGUAGE));
        add("NOTE", escaped(shown(Field::NOTES)));
        addTags();
        line("END:VCARD");
        return std::move(out_);
    }

private:
    void line(const std::string& text) { addFolded(out_, text); }
    void add(const std::string& property, const std::string& value) {
        if (!value.empty()) line(property + ":" + value);
    }

    [[nodiscard]] std::string shown(Field field) const {
        const auto* candidate = fields_.find(field);
        const auto* text = candidate == nullptr ? nullptr : std::get_if<std::string>(&candidate->value);
        return text == nullptr ? std::string() : *text;
    }

    void addNames(const events::RecordName& record) {
        const auto given = shown(Field::GIVEN_NAME);
        const auto family = shown(Field::FAMILY_NAME);
        const auto company = shown(Field::COMPANY);
        auto full = given + (given.empty() || family.empty() ? "" : " ") + family;
        const bool isCompany = full.empty() && !company.empty();
        if (full.empty()) full = isCompany ? company : record.text();
        line(isCompany ? "KIND:org" : "KIND:individual");
        line("FN:" + escaped(full));  // must be there
        if (!given.empty() || !family.empty()) {
            line("N:" + component(family) + ";" + component(given) + ";;" + component(shown(Field::SALUTATION)) + ";");
        }
        add("ORG", component(company));
    }

    // Every value of a field that counts, each once.
    void addAll(const std::string& property, Field field, const std::string& type) {
        const auto found = fields_.shown.find(field);
        if (found == fields_.shown.end()) return;
        std::vector<std::string> written;
        for (const auto& candidate : found->second) {
            const auto* value = std::get_if<std::string>(&candidate.value);
            if (value == nullptr || std::find(written.begin(), written.end(), *value) != written.end()) continue;
            std::string name = property;
            if (!type.empty()) name.append(";TYPE=").append(type);
            if (property == "TEL") name += ";VALUE=text";
            if (written.empty() && found->second.size() > 1) name += ";PREF=1";
            add(name, escaped(*value));
            written.push_back(*value);
        }
    }

    void addAddress() {
        const auto street = component(shown(Field::STREET));
        const auto city = component(shown(Field::CITY));
        const auto code = component(shown(Field::POSTAL_CODE));
        const auto country = component(shown(Field::COUNTRY));
        if ((street + city + code + country).empty()) return;
        line("ADR:;;" + street + ";" + city + ";;" + code + ";" + country);
    }

    void addTags() {
        const auto* candidate = fields_.find(Field::TAGS);
        const auto* tags = candidate == nullptr ? nullptr : std::get_if<events::TextList>(&candidate->value);
        if (tags == nullptr) return;
        std::string list;
        for (const auto& tag : *tags) list.append(list.empty() ? "" : ",").append(escaped(tag));
        add("CATEGORIES", list);
    }

    const ledger::JoinedFields& fields_;
    std::string out_;
};

}  // namespace

std::string vcardOf(const ledger::Customer& customer, const ledger::JoinedFields& fields, events::Time revised) {
    return Card(fields).text(ledger::leadOf(customer, fields.retired), revised);
}

}  // namespace kartei::projections
