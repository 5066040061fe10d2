#include "adapters/vcard.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "adapters/person_values.hpp"
#include "adapters/text_encoding.hpp"
#include "adapters/text_forms.hpp"
#include "adapters/vcard_lines.hpp"
#include "events/limits.hpp"

namespace kartei::adapters {

namespace {

using events::Field;

// Takes `prefix` off the front, in any case of letters.
std::string_view without(std::string_view prefix, std::string_view text) {
    return equalIgnoringCase(text.substr(0, prefix.size()), prefix) ? text.substr(prefix.size()) : text;
}

bool isAllDigits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// The forms of RFC 6350 §4.3.1 that leave something out: 1985, 1985-04, --04, ---12, and a time alone.
bool isPartialDate(std::string_view text) {
    if (text.starts_with('T')) return true;
    if (text.starts_with("---")) return text.size() == 5 && isAllDigits(text.substr(3));
    if (text.starts_with("--")) return text.size() == 4 && isAllDigits(text.substr(2));
    if (text.size() == 7 && text[4] == '-') return isAllDigits(text.substr(0, 4)) && isAllDigits(text.substr(5));
    return text.size() == 4 && isAllDigits(text);
}

// A whole day of BDAY, without its time. `--0322` becomes `--03-22` before it is read.
std::optional<std::string> wholeDay(std::string_view text) {
    std::string day(text.substr(0, text.find_first_of("T ")));
    if (day.size() == 6 && day.starts_with("--")) day.insert(4, "-");
    return parseDay(day, allDayForms);
}

bool saysAnything(const events::Attributes& attributes) {
    const auto& changes = attributes.changes();
    return std::any_of(changes.begin(), changes.end(), [](const auto& change) { return change.value.has_value(); });
}

// One card on its way to a person. The first thing that is wrong stays as the refusal.
class Card {
public:
    Card(std::vector<Property> properties, CardVersion version)
        : properties_(std::move(properties)), version_(version) {}

    [[nodiscard]] const std::optional<std::string>& refusal() const { return refusal_; }

    events::Attributes attributes() {
        checkKind();
        takeNames();
        set("EMAIL", Field::EMAIL, without("mailto:", text(best("EMAIL", noOrder))));
        takeNumbers();
        takeAddress();
        takeBirthday();
        set("LANG", Field::LANGUAGE, text(best("LANG", noOrder)));
        takeNotes();
        takeTags();
        return std::move(out_);
    }

    // The record's id; empty where nothing names the card. Call it with the attributes that were taken.
    std::string id(const events::Attributes& taken, const Naming& naming) {
        const std::string uid = text(best("UID", noOrder));
        const std::string_view bare = without("urn:uuid:", uid);
        if (isMachineMade(bare)) return std::string(bare);
        const std::string key = uid.empty() ? keyOfPerson(taken) : uid;
        return key.empty() ? std::string() : naming.tokenOf(key);
    }

private:
    using Order = int (*)(const Property&);
    static int noOrder(const Property&) { return 0; }
    static int homeFirst(const Property& property) {
        return property.types.contains("HOME") ? 0 : property.types.contains("WORK") ? 2 : 1;
    }

    void refuse(std::string_view property, std::string_view why) {
        if (!refusal_) refusal_ = std::string(property) + ": " + std::string(why);
    }

    // The preferred one of those that `wanted` lets through and that say something; then by `order`; then the first.
    template <class Wanted>
    const Property* best(std::string_view name, Order order, Wanted wanted) const {
        const Property* found = nullptr;
        for (const Property& property : properties_) {
            if (property.name != name || !wanted(property) || saysNothing(property)) continue;
            const auto rank = [&](const Property& p) { return std::pair(p.preference, order(p)); };
            if (found == nullptr || rank(property) < rank(*found)) found = &property;
        }
        return found;
    }
    const Property* best(std::string_view name, Order order) const {
        return best(name, order, [](const Property&) { return true; });
    }
    static bool saysNothing(const Property& property) {
        return property.value.find_first_not_of("; \t\r\n") == std::string::npos;
    }

    // What is used of a card has to be whole.
    const Property* sound(const Property* property) {
        if (property != nullptr && property->damaged) refuse(property->name, "holds bytes that are no text");
        return property;
    }
    std::string text(const Property* property) {
        return sound(property) == nullptr ? std::string() : plainText(property->value, version_);
    }
    void set(std::string_view property, Field field, std::string_view value) {
        if (value.size() > limits::text) refuse(property, "the text is too long");
        out_.set(field, std::string(value));
    }

    [[nodiscard]] std::string kind() const {
        const Property* property = best("KIND", noOrder);
        if (property == nullptr) property = best("X-ADDRESSBOOKSERVER-KIND", noOrder);
        return property == nullptr ? "INDIVIDUAL" : upperAscii(trimmed(property->value));
    }
    void checkKind() {
        const std::string kindOfCard = kind();
        if (kindOfCard == "GROUP" || kindOfCard == "LOCATION" || kindOfCard == "DEVICE" ||
            kindOfCard == "APPLICATION") {
            refuse("KIND", "the card is not of a person");
        }
    }

    void takeNames() {
        const Property* organisation = sound(best("ORG", noOrder));
        const std::string company =
            organisation == nullptr ? std::string() : components(organisation->value, version_, ", ").front();
        const std::string fullName = text(best("FN", noOrder));
        const bool isCompany = kind() == "ORG" || (!company.empty() && fullName == company);
        const Property* structured = sound(best("N", noOrder));
        if (structured != nullptr && !isCompany) {
            auto name = components(structured->value, version_, " ");
            name.resize(5);  // family; given; additional; prefixes; suffixes
            set("N", Field::FAMILY_NAME, name[0]);
            set("N", Field::GIVEN_NAME, name[1]);
            set("N", Field::SALUTATION, name[3]);
        } else {
            const SplitName name = isCompany ? SplitName() : splitFullName(fullName, NameOrder::givenFirst);
            set("FN", Field::FAMILY_NAME, name.family);
            set("FN", Field::GIVEN_NAME, name.given);
            out_.clear(Field::SALUTATION);
        }
        set("ORG", Field::COMPANY, company.empty() && isCompany ? fullName : company);
    }

    static bool isCalled(const Property& number) {
        const auto is = [&](const char* type) { return number.types.contains(type); };
        return !is("FAX") && !is("PAGER") && !is("MODEM") && !is("BBS");
    }
    void takeNumbers() {
        const auto number = [&](const Property* property) {
            const std::string value = text(property);
            const std::string_view bare = without("tel:", value);
            // RFC 3966: parameters such as the extension follow a semicolon, in a URI only.
            return std::string(bare.size() == value.size() ? bare : bare.substr(0, bare.find(';')));
        };
        set("TEL", Field::MOBILE, number(best("TEL", noOrder, [](const Property& property) {
                return isCalled(property) && property.types.contains("CELL");
            })));
        set("TEL", Field::PHONE, number(best("TEL", noOrder, [](const Property& property) {
                return isCalled(property) && !property.types.contains("CELL");
            })));
    }

    void takeAddress() {
        std::vector<std::string> address;  // box; extended; street; city; region; postal code; country
        if (const Property* property = sound(best("ADR", homeFirst))) {
            address = components(property->value, version_, ", ");
        }
        address.resize(7);
        const std::string& withoutStreet = address[1].empty() ? address[0] : address[1];
        set("ADR", Field::STREET, address[2].empty() ? withoutStreet : address[2]);
        set("ADR", Field::CITY, address[3]);
        set("ADR", Field::POSTAL_CODE, address[5]);
        set("ADR", Field::COUNTRY, countryCode(address[6]).value_or(std::string()));
    }

    void takeBirthday() {
        out_.clear(Field::BIRTH_DATE);
        const Property* property = sound(best("BDAY", noOrder));
        if (property == nullptr || property->valueKind == "TEXT") return;
        const std::string value = plainText(property->value, version_);
        if (isPartialDate(value)) return;
        auto day = wholeDay(value);
        if (!day) return refuse("BDAY", "is no date");
        if (!property->omittedYear.empty() && day->starts_with(property->omittedYear)) day->replace(0, 5, "--");
        out_.set(Field::BIRTH_DATE, std::move(*day));
    }

    void takeNotes() {
        std::string notes;
        for (const Property& property : properties_) {
            if (property.name != "NOTE") continue;
            const std::string note = text(&property);
            if (!notes.empty() && !note.empty()) notes += '\n';
            notes += note;
        }
        set("NOTE", Field::NOTES, notes);
    }

    void takeTags() {
        events::TextList tags;
        for (const Property& property : properties_) {
            if (property.name != "CATEGORIES") continue;
            for (auto& tag : parts(sound(&property)->value, ',', version_)) {
                if (tag.size() > limits::text) refuse("CATEGORIES", "the text is too long");
                if (!tag.empty() && std::find(tags.begin(), tags.end(), tag) == tags.end())
                    tags.push_back(std::move(tag));
            }
        }
        if (tags.size() > limits::listItems) refuse("CATEGORIES", "has too many");
        out_.set(Field::TAGS, std::move(tags));
    }

    std::string keyOfPerson(const events::Attributes& taken) {
        std::string name = text(best("FN", noOrder));
        if (name.empty())
            name = std::string(taken.text(Field::GIVEN_NAME)) + " " + std::string(taken.text(Field::FAMILY_NAME));
        if (trimmed(name).empty()) name = taken.text(Field::COMPANY);
        std::string_view contact;
        for (const Field field : {Field::EMAIL, Field::MOBILE, Field::PHONE}) {
            if (contact.empty()) contact = taken.text(field);
        }
        return naturalKey({name, contact});
    }

    std::vector<Property> properties_;
    CardVersion version_;
    events::Attributes out_;
    std::optional<std::string> refusal_;
};

bool holdsNul(const CardText& card) {
    return std::any_of(card.lines.begin(), card.lines.end(),
                       [](const TextLine& line) { return line.text.find('\0') != std::string_view::npos; });
}

class VcardImport final : public ImportReader {
public:
    // `file` has to stay where it is, since the cards look into it.
    VcardImport(std::unique_ptr<const std::string> file, std::vector<CardText> cards, Naming naming)
        : file_(std::move(file)), cards_(std::move(cards)), naming_(std::move(naming)) {}

    std::optional<ImportRow> next() override {
        if (index_ == cards_.size()) return std::nullopt;
        return read(cards_[index_++]);
    }
    [[nodiscard]] std::size_t rowCount() const override { return cards_.size(); }

private:
    [[nodiscard]] ImportRow read(const CardText& text) const {
        if (!text.flaw.empty()) return SkippedRow{text.line, std::string(text.flaw)};
        if (holdsNul(text)) return SkippedRow{text.line, "the card holds a NUL, which is no text"};
        const auto version = versionOf(text);
        if (!version) return SkippedRow{text.line, "VERSION: is none of 2.1, 3.0 and 4.0"};
        Card card(propertiesOf(text, *version), *version);
        ImportedPerson person;
        person.line = text.line;
        person.attributes = card.attributes();
        const std::string id = card.id(person.attributes, naming_);
        if (card.refusal()) return SkippedRow{text.line, *card.refusal()};
        if (!saysAnything(person.attributes)) return SkippedRow{text.line, noValue};
        const auto name = events::RecordName::parse(naming_.source.text() + "/" + id);
        if (!name)
            return SkippedRow{text.line, "nothing names the card: it has no UID, name, e-mail address or number"};
        person.record = *name;
        return person;
    }

    std::unique_ptr<const std::string> file_;
    std::vector<CardText> cards_;
    Naming naming_;
    std::size_t index_ = 0;
};

// Only UTF-16 is decoded as a whole: in 8-bit files every property may have a charset of its own.
Result<std::string, AdapterProblem> eightBitText(std::string bytes) {
    const std::string_view view = bytes;
    if (view.starts_with("\xFF\xFE") || view.starts_with("\xFE\xFF") || isNoText(view)) {
        auto decoded = decodeText(std::move(bytes));
        if (!decoded) return failed(std::move(decoded.error()));
        return std::move(decoded->text);
    }
    if (view.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);
    return bytes;
}

}  // namespace

Result<std::unique_ptr<ImportReader>, AdapterProblem> readVcards(std::string bytes, Naming naming) {
    auto text = eightBitText(std::move(bytes));
    if (!text) return failed(std::move(text.error()));
    auto file = std::make_unique<const std::string>(std::move(*text));
    auto cards = findCards(*file);
    const bool none = std::all_of(cards.begin(), cards.end(), [](const CardText& card) { return card.isStray; });
    if (none) return failed(AdapterProblem{ProblemKind::nothingThere, "the file holds no vCard (BEGIN:VCARD)"});
    return std::make_unique<VcardImport>(std::move(file), std::move(cards), std::move(naming));
}

}  // namespace kartei::adapters
