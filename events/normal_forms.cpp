#include "events/normal_forms.hpp"

#include <phonenumbers/phonenumberutil.h>
#include <unicode/idna.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <stdexcept>

namespace kartei::events {

namespace {

bool isAscii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string loweredUnicode(std::string_view text) {
    if (isAscii(text)) return lowerAscii(text);
    std::string result;
    icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())}).foldCase().toUTF8String(result);
    return result;
}

std::string asciiDomain(std::string_view domain) {
    if (isAscii(domain)) return lowerAscii(domain);
    UErrorCode error = U_ZERO_ERROR;
    static const std::unique_ptr<icu::IDNA> idna(icu::IDNA::createUTS46Instance(UIDNA_NONTRANSITIONAL_TO_ASCII, error));
    if (idna == nullptr) throw std::runtime_error("ICU has no IDNA");
    error = U_ZERO_ERROR;
    icu::IDNAInfo info;
    std::string result;
    icu::StringByteSink<std::string> sink(&result);
    idna->nameToASCII_UTF8({domain.data(), static_cast<int32_t>(domain.size())}, sink, info, error);
    return U_FAILURE(error) || info.hasErrors() ? loweredUnicode(domain) : result;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

bool isWordLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

enum class Umlauts { twoLetters, bareLetter };

std::unique_ptr<icu::Transliterator> toAscii(Umlauts umlauts) {
    UErrorCode error = U_ZERO_ERROR;
    const auto* rules =
        umlauts == Umlauts::twoLetters ? "de-ASCII; Any-Latin; Latin-ASCII; Lower" : "Any-Latin; Latin-ASCII; Lower";
    std::unique_ptr<icu::Transliterator> made(icu::Transliterator::createInstance(rules, UTRANS_FORWARD, error));
    if (U_FAILURE(error) || made == nullptr) throw std::runtime_error("ICU has no transliterator to ASCII");
    return made;
}

std::string asciiLetters(std::string_view text, Umlauts umlauts) {
    if (isAscii(text)) return lowerAscii(text);
    // A transliterator is not safe to share between threads while it works.
    thread_local const auto twoLetters = toAscii(Umlauts::twoLetters);
    thread_local const auto bareLetter = toAscii(Umlauts::bareLetter);
    auto unicode = icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())});
    (umlauts == Umlauts::twoLetters ? twoLetters : bareLetter)->transliterate(unicode);
    std::string result;
    unicode.toUTF8String(result);
    return lowerAscii(result);
}

std::vector<std::string> wordsIn(std::string_view letters) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : letters) {
        if (isWordLetter(c)) {
            word += c;
        } else if (c != '\'' && !word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
    }
    if (!word.empty()) words.push_back(std::move(word));
    return words;
}

}  // namespace

char lowerAscii(char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter; }

std::string lowerAscii(std::string_view text) {
    std::string result(text);
    for (char& letter : result) letter = lowerAscii(letter);
    return result;
}

bool saysNothing(std::string_view text) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    for (std::size_t at = 0; at < text.size();) {
        UChar32 letter = 0;
        U8_NEXT(bytes, at, text.size(), letter);
        if (letter < 0 || !u_isUWhiteSpace(letter)) return false;
    }
    return true;
}

std::string normalEmail(std::string_view email) {
    const auto text = trimmed(email);
    const auto at = text.rfind('@');
    if (at == std::string_view::npos) return loweredUnicode(text);
    return loweredUnicode(text.substr(0, at)) + "@" + asciiDomain(text.substr(at + 1));
}

std::string normalPhone(std::string_view phone, std::string_view region) {
    using i18n::phonenumbers::PhoneNumber;
    using i18n::phonenumbers::PhoneNumberUtil;
    const auto* const numbers = PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    std::string result;
    if (numbers->Parse(std::string(phone), std::string(region), &number) == PhoneNumberUtil::NO_PARSING_ERROR &&
        numbers->IsValidNumber(number)) {
        numbers->Format(number, PhoneNumberUtil::E164, &result);
        return result;
    }
    std::copy_if(phone.begin(), phone.end(), std::back_inserter(result), [](char c) { return c >= '0' && c <= '9'; });
    return result;
}

std::vector<std::string> searchWords(std::string_view text) { return wordsIn(asciiLetters(text, Umlauts::twoLetters)); }

std::vector<std::string> plainWords(std::string_view text) { return wordsIn(asciiLetters(text, Umlauts::bareLetter)); }

}  // namespace kartei::events
