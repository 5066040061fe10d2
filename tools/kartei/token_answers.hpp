#pragma once
// What is answered of tokens (ledger/access_tokens.hpp).

#include <string>

#include "ledger/ledger.hpp"
#include "tools/kartei/operations.hpp"

namespace kartei::tools {

void listTokens(const ledger::AccessTokens& tokens, const LineSink& sink);
Answer newToken(ledger::AccessTokens& tokens, const ledger::AccessToken& wanted,
                const std::optional<ledger::TokenOrder>& order);
Answer revoked(ledger::Business& business, const std::string& name);

}  // namespace kartei::tools
