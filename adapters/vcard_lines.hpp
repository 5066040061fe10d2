#pragma once
// The form of vCard files, 2.1 (versit), 3.0 (RFC 2426) and 4.0 (RFC 6350): cards, lines and properties, without what
// they mean (vcard.hpp).
//
// Written here because nothing in Debian 12 reads all three versions: libvformat 1.13 and libvc 012 come from before
// 4.0, belcard knows RFC 6350 only, and libical's vCard part begins with a later libical.

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/text_forms.hpp"

namespace kartei::adapters {

enum class CardVersion { v21, v30, v40 };

// A card's lines as they stand between BEGIN:VCARD and END:VCARD. A card within a card (2.1's AGENT) is left out.
struct CardText {
    std::size_t line = 0;         // of its BEGIN
    std::vector<TextLine> lines;  // views into the file
    std::string_view flaw;        // why it is no card; empty otherwise
    bool isStray = false;         // text outside of any card
};

// All cards of a file. Where a card begins before another has ended, that other has a flaw; so has text outside any
// card, a block of which counts as one.
std::vector<CardText> findCards(std::string_view file);

// The version that the card says; 3.0 where it says none. Nothing for other versions.
std::optional<CardVersion> versionOf(const CardText& card);

struct Property {
    std::string name;             // upper case, without its group: "item1.EMAIL" is "EMAIL"
    std::set<std::string> types;  // upper case: TEL;CELL, TEL;TYPE=CELL and TEL;TYPE="cell,voice" alike
    int preference = 101;         // 1 (TYPE=pref, PREF=1) to 100; 101: not said. Less is preferred
    std::string valueKind;        // VALUE=, upper case
    std::string omittedYear;      // Apple's X-APPLE-OMIT-YEAR
    bool binary = false;          // base64: `value` is empty
    bool damaged = false;         // bytes that are no text in the charset stand as U+FFFD
    std::string value;            // UTF-8, quoted-printable decoded, escapes still there
};

// The properties in their order. Lines without a colon are no properties and are left out,
// such as those of pictures that 2.1 programs do not indent.
std::vector<Property> propertiesOf(const CardText& card, CardVersion version);

// A value's text, escapes resolved and trimmed. Line breaks are LF.
std::string plainText(std::string_view value, CardVersion version);
// A value's parts between separators that are not escaped, each as plainText gives it.
std::vector<std::string> parts(std::string_view value, char separator, CardVersion version);
// The components of N, ADR and ORG: parts at `;`. Where a component is a list (3.0 and 4.0), its parts are joined.
std::vector<std::string> components(std::string_view value, CardVersion version, std::string_view joinedWith);

}  // namespace kartei::adapters
