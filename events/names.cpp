#include "events/names.hpp"

#include <algorithm>

#include "events/limits.hpp"

namespace kartei::events {

namespace detail {

namespace {
bool isLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool isIdLetter(char c) {
    return isLowerOrDigit(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '~' || c == '-';
}
}  // namespace

bool isShortName(std::string_view text) {
    return !text.empty() && text.size() <= limits::sourceName &&
           std::all_of(text.begin(), text.end(), [](char c) { return isLowerOrDigit(c) || c == '-'; });
}

bool isLocalId(std::string_view text) {
    return !text.empty() && text.size() <= limits::localId && std::all_of(text.begin(), text.end(), isIdLetter);
}

bool isQualified(std::string_view text) {
    const auto slash = text.find('/');
    return slash != std::string_view::npos && isShortName(text.substr(0, slash)) && isLocalId(text.substr(slash + 1));
}

bool isItem(std::string_view text) { return isLocalId(text) || isQualified(text); }

bool isCurrency(std::string_view text) {
    return text.size() == 3 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace detail

SourceName sourceOf(const RecordName& record) {
    return SourceName::trusted(std::string_view(record.text()).substr(0, record.text().find('/')));
}

std::string_view idOf(const RecordName& record) {
    return std::string_view(record.text()).substr(record.text().find('/') + 1);
}

ItemName qualified(const ItemName& item, const SourceName& source) {
    if (item.text().find('/') != std::string::npos) return item;
    return ItemName::trusted(source.text() + "/" + item.text());
}

}  // namespace kartei::events
