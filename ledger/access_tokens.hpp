#pragma once
// Who may talk to a server about one business: tokens, each with a name, which is the `actor` of what it does, and a
// role (DESIGN §9).
//
// A token is a secret of 256 random bits. Only its SHA-256 is kept, with its name and role, among the data directory's
// own rows (stored_keys.hpp): whoever reads the files learns no token, and no slow hash is needed for what nobody can
// guess. A row:
//
//     "token/" be32 business, 32 bytes SHA-256 of the token → role in a byte, be64 microseconds when it was made,
//                                                            length of the name in a byte, the name, the source's name
//                                                            or nothing
//
// Whoever asks for one may name the request by a key. Then a second row says which request it was, and stays when the
// token is revoked, so that a request which is sent again makes nothing:
//
//     "token request/" be32 business, 16 bytes token of the key → 16 bytes digest of the request
//
// What is revoked is gone with the next call, and a third row stays of it, so that it is revoked in every copy of the
// directory that is older, too: the business's anchor says so to them (anchor.hpp):
//
//     "token revoked/" be32 business, 32 bytes SHA-256 of the token → nothing
//
// No event tells of tokens: an event says who did it by name.
//
// Threads: any, at any time.

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/codec.hpp"
#include "events/names.hpp"
#include "events/result.hpp"
#include "events/time.hpp"
#include "ledger/data_directory.hpp"
#include "ledger/merkle.hpp"

namespace kartei::ledger {

enum class TokenRole : char {
    adapter = 'A',  // of one source: writes its facts
    portal = 'P',   // of one source: reads its accounts' histories, and the decisions that concern its records
    desk = 'D',     // looks people up, links and merges
    admin = 'M',    // besides: undoes, erases, sets rules, makes tokens
    auditor = 'U',  // reads everything, writes nothing
};
std::string_view toText(TokenRole role);
// Nothing where there is no such role.
std::optional<TokenRole> parseTokenRole(std::string_view text);
// Whether tokens of the role are of one source.
bool isOfSource(TokenRole role);

struct AccessToken {
    // At most 64 bytes, not blank; without slashes, for it is a segment of a path, and without colons, for
    // `hook:square` is the actor of a webhook.
    std::string name;
    TokenRole role{};
    std::optional<events::SourceName> source;  // there if isOfSource(role)
    events::Time made;
};

enum class TokenProblem {
    nameTaken,
    badName,
    sourceMissing,
    sourceNotTaken,
    madeBefore,  // by this request
    keyUsed,     // for another request
};

// A request under a key that its caller made up.
struct TokenOrder {
    events::Token key;
    events::Token request;
};

class AccessTokens {
public:
    // `business`: its number. The directory must outlive this. There is one for each business, that of Business.
    AccessTokens(DataDirectory& directory, std::uint32_t business) : directory_(directory), business_(business) {}

    // The new token, which nobody can be told again. It is on the disk when this returns. Throws Failure where it
    // cannot be written.
    Result<std::string, TokenProblem> make(const AccessToken& token, const std::optional<TokenOrder>& order = {});
    // Returns what was kept of it; nothing where there is none of the name. To be anchored: Business::revokeToken.
    std::optional<Hash> revoke(std::string_view name);
    // Those that were revoked, of which this is kept, be they unknown here.
    void revokeAgain(const std::vector<Hash>& tokens);
    [[nodiscard]] std::vector<Hash> revoked() const;
    // By name.
    [[nodiscard]] std::vector<AccessToken> all() const;
    // Whose token it is; nothing where it is none of this business's.
    [[nodiscard]] std::optional<AccessToken> find(std::string_view token) const;

private:
    struct Row {
        std::string key;
        AccessToken token;
    };
    [[nodiscard]] std::string prefix() const;
    [[nodiscard]] std::string rowOfRevoked(const Hash& token) const;
    [[nodiscard]] std::string rowOf(const TokenOrder& order) const;
    [[nodiscard]] std::optional<TokenProblem> repetition(const TokenOrder& order) const;
    [[nodiscard]] std::vector<Row> stored() const;

    DataDirectory& directory_;
    std::uint32_t business_;
    std::mutex making_;  // so that no two get one name
};

}  // namespace kartei::ledger
