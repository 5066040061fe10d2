#include "tools/kartei/first_connection.hpp"

namespace kartei::tools {

std::optional<events::SentEvent> firstConnection(const ledger::Business& business, const events::SourceName& source,
                                                 const std::optional<events::Declaration>& declaration) {
    if (business.facts().source(source) != nullptr) return std::nullopt;
    return events::SentEvent{"kartei:connected:" + source.text(),
                             source,
                             std::nullopt,
                             std::nullopt,
                             "",
                             events::SourceConnected{source.text(), declaration}};
}

}  // namespace kartei::tools
