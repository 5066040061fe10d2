#include "projections/search_words.hpp"

#include <algorithm>

#include "events/normal_forms.hpp"

namespace kartei::projections {

namespace {

constexpr std::size_t indexedLetters = 3;
constexpr std::size_t phoneDigits = 7;
constexpr char phoneMark = '#';  // sets telephone numbers apart from words

std::string phoneWord(std::string_view text) {
    std::string digits;
    std::copy_if(text.begin(), text.end(), std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
    if (digits.size() < phoneDigits) return "";
    return phoneMark + digits.substr(digits.size() - phoneDigits);
}

bool looksLikePhone(std::string_view text) {
    return text.find_first_not_of("0123456789+-/() ") == std::string_view::npos;
}

void addWords(std::vector<std::string>& words, std::string_view field, std::string_view value) {
    if (field == "phone" || field == "mobile") {
        if (auto word = phoneWord(value); !word.empty()) words.push_back(std::move(word));
        return;
    }
    if (field == "email") words.push_back(events::normalEmail(value));
    for (auto& word : events::searchWords(value)) words.push_back(std::move(word));
    for (auto& word : events::plainWords(value)) words.push_back(std::move(word));
}

bool isSearched(std::string_view field) {
    return field == "givenName" || field == "familyName" || field == "company" || field == "city" || field == "email" ||
           field == "phone" || field == "mobile";
}

std::string_view textOf(const rapidjson::Value& value) { return {value.GetString(), value.GetStringLength()}; }

}  // namespace

std::vector<std::string> wordsOfFile(const rapidjson::Document& file) {
    std::vector<std::string> words;
    for (const auto& member : file["attributes"].GetObject()) {
        const auto field = textOf(member.name);
        if (!isSearched(field)) continue;
        addWords(words, field, textOf(member.value["value"]));
        for (const auto& other : member.value["others"].GetArray()) addWords(words, field, textOf(other["value"]));
    }
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return words;
}

std::vector<std::string> wordsOfQuery(std::string_view text) {
    if (looksLikePhone(text)) {
        if (auto word = phoneWord(text); !word.empty()) return {word};
    }
    if (text.find('@') != std::string_view::npos && text.find(' ') == std::string_view::npos) {
        return {events::normalEmail(text)};
    }
    return events::searchWords(text);
}

std::string_view indexedPart(std::string_view word) {
    if (word.front() == phoneMark || word.find('@') != std::string_view::npos) return word;
    return word.substr(0, indexedLetters);
}

bool fits(const std::vector<std::string>& query, const std::vector<std::string>& file) {
    return std::all_of(query.begin(), query.end(), [&](const std::string& wanted) {
        return std::any_of(file.begin(), file.end(), [&](const std::string& word) { return word.starts_with(wanted); });
    });
}

}  // namespace kartei::projections
