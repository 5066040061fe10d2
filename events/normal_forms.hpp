#pragma once
// Forms in which values that mean the same are the same text. Values themselves are kept as they came; these are
// for comparing and finding (DESIGN §6).

#include <string>
#include <string_view>
#include <vector>

namespace kartei::events {

// Whether a text says nothing: it is empty, or white space alone (Unicode's White_Space).
bool saysNothing(std::string_view text);

// ASCII letters in lower case, all else as it is.
char lowerAscii(char letter);
std::string lowerAscii(std::string_view text);

// An e-mail address in lower case, its domain in its ASCII form (IDNA 2008, UTS #46): "Anna@Müller.de" is
// "anna@xn--mller-kva.de". White space around it is dropped. A text without `@` is only lowered.
std::string normalEmail(std::string_view email);

// A telephone number as E.164: "0171 1234567" is "+491711234567" with region "DE". What is no valid number in the
// region comes back as its digits alone.
std::string normalPhone(std::string_view phone, std::string_view region = "DE");

// The words of a name or any text, transliterated to lower-case ASCII: "Jörg Straßer-Øye" is
// {"joerg", "strasser", "oye"}. German umlauts become two letters.
std::vector<std::string> searchWords(std::string_view text);

// The same with umlauts as the bare letter: {"jorg", "strasser", "oye"}, for those who type it that way.
std::vector<std::string> plainWords(std::string_view text);

}  // namespace kartei::events
