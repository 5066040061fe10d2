#include "tools/kartei/as_of.hpp"

namespace kartei::tools {

Result<ledger::View, Failure> viewOf(const ledger::Business& business, const AsOf& asOf, ledger::PastJoins pastJoins) {
    auto view = ledger::viewOfNow(business, ledger::Ledger::systemClock()(), pastJoins);
    if (std::holds_alternative<std::monostate>(asOf)) return view;
    view.of = ledger::View::Of::thePast;
    if (const auto* time = std::get_if<events::Time>(&asOf)) {
        view.then = view.now.at(business.positionAt(*time));
        view.moment = *time;
        return view;
    }
    const auto position = std::get<events::Position>(asOf);
    if (position.isNone()) return failed(badInput("Positions begin with 1."));
    if (position > view.now.upTo()) {
        return failed(badInput("The log ends at position " + std::to_string(view.now.upTo().value()) + "."));
    }
    view.then = view.now.at(position);
    view.moment = view.now.event(position)->recordedTime;
    return view;
}

}  // namespace kartei::tools
