#include "projections/search_words.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

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

// The words of a name or a place, with umlauts in both spellings. Names come again and again, and to transliterate one
// takes as long as everything else about it, so the last ones are remembered.
const std::vector<std::string>& wordsOfText(const std::string& text) {
    constexpr std::size_t remembered = 10'000;
    thread_local std::unordered_map<std::string, std::vector<std::string>> known;
    const auto found = known.find(text);
    if (found != known.end()) return found->second;
    if (known.size() == remembered) known.clear();
    auto words = events::searchWords(text);
    for (auto& word : events::plainWords(text)) words.push_back(std::move(word));
    return known.emplace(text, std::move(words)).first->second;
}

void addWords(std::vector<std::string>& words, events::Field field, const std::string& value) {
    if (field == events::Field::PHONE || field == events::Field::MOBILE) {
        if (auto word = phoneWord(value); !word.empty()) words.push_back(std::move(word));
        return;
    }
    if (field == events::Field::EMAIL) words.push_back(events::normalEmail(value));
    const auto& text = wordsOfText(value);
    words.insert(words.end(), text.begin(), text.end());
}

constexpr std::array searched = {events::Field::GIVEN_NAME, events::Field::FAMILY_NAME, events::Field::COMPANY,
                                 events::Field::CITY,       events::Field::EMAIL,       events::Field::PHONE,
                                 events::Field::MOBILE};

}  // namespace

std::vector<std::string> wordsOf(const ledger::JoinedFields& fields) {
    std::vector<std::string> words;
    for (const auto field : searched) {
        const auto shown = fields.shown.find(field);
        if (shown == fields.shown.end()) continue;
        for (const auto& candidate : shown->second) {
            if (const auto* text = std::get_if<std::string>(&candidate.value)) addWords(words, field, *text);
        }
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
