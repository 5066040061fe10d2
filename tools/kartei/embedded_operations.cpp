#include "tools/kartei/embedded_operations.hpp"

#include <utility>

#include "ledger/failure.hpp"
#include "tools/kartei/answers.hpp"
#include "tools/kartei/embedded_backup.hpp"
#include "tools/kartei/embedded_opening.hpp"
#include "tools/kartei/ledger_operations.hpp"
#include "tools/kartei/user_directories.hpp"

namespace kartei::tools {

namespace {

// Makes the data directory, and its key too, when the first is recorded.
class EmbeddedLedger final : public LedgerSource {
public:
    EmbeddedLedger(EmbeddedOptions options, OpenedLedger opened)
        : options_(std::move(options)), opened_(std::move(opened)) {}

    ledger::Ledger* opened() override { return opened_.ledger.get(); }
    ledger::Ledger& made() override {
        if (!opened_.ledger) {
            auto made = openLedger(options_, ledger::Opening::create);
            if (!made) throw CannotOpen(made.error());
            opened_ = std::move(*made);
        }
        return *opened_.ledger;
    }
    [[nodiscard]] std::filesystem::path path() const override { return options_.data; }
    [[nodiscard]] std::filesystem::path keyFile() const override { return opened_.keyFile; }

private:
    EmbeddedOptions options_;
    OpenedLedger opened_;
};

std::unique_ptr<Operations> operationsOf(const EmbeddedOptions& options, OpenedLedger opened) {
    Session session{options.business, {options.actor, events::Role::ADAPTER}, {options.actor, events::Role::ADMIN}};
    return operationsOn(std::make_shared<EmbeddedLedger>(options, std::move(opened)), std::move(session));
}

}  // namespace

Result<EmbeddedOptions, Failure> completed(EmbeddedOptions options) {
    if (options.data.empty()) return failed(badInput("--data must name a directory."));
    if (options.anchor.empty()) options.anchor = stateDirectory();
    if (isWithin(options.anchor, options.data)) {
        return failed(
            badInput("The anchor must be outside of the data directory: a backup of the one must not bring "
                     "back the other."));
    }
    if (const auto failure = unfitPlace("The anchor", options.anchor, options.data)) return failed(*failure);
    return options;
}

Result<std::unique_ptr<Operations>, Failure> openEmbedded(const EmbeddedOptions& given) {
    auto options = completed(given);
    if (!options) return failed(options.error());
    const bool mayMake = options->opening == ledger::Opening::create;
    try {
        auto opened = openLedger(*options, mayMake ? ledger::Opening::existing : options->opening);
        if (!opened) return failed(opened.error());
        return operationsOf(*options, std::move(*opened));
    } catch (const ledger::Failure& failure) {
        if (failure.kind() != ledger::Failure::Kind::missing || !mayMake) return failed(failureOf(failure));
    }
    return operationsOf(*options, OpenedLedger());
}

}  // namespace kartei::tools
