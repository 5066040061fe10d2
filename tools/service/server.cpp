#include "tools/service/server.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "ledger/failure.hpp"
#include "ledger/files.hpp"
#include "tools/kartei/answers.hpp"
#include "tools/kartei/embedded_opening.hpp"
#include "tools/kartei/ledger_operations.hpp"
#include "tools/service/hooks.hpp"
#include "tools/service/listener.hpp"
#include "tools/service/metrics.hpp"
#include "tools/service/request_log.hpp"
#include "tools/service/service.hpp"
#include "tools/service/upkeep.hpp"

namespace kartei::tools::service {

namespace {

class ServedLedger final : public LedgerSource {
public:
    ServedLedger(std::filesystem::path path, OpenedLedger opened)
        : path_(std::move(path)), opened_(std::move(opened)) {}
    ledger::Ledger* opened() override { return opened_.ledger.get(); }
    ledger::Ledger& made() override { return *opened_.ledger; }
    [[nodiscard]] std::filesystem::path path() const override { return path_; }
    [[nodiscard]] std::filesystem::path keyFile() const override { return opened_.keyFile; }

private:
    std::filesystem::path path_;
    OpenedLedger opened_;
};

std::optional<Failure> problemOf(const ServeRequest& request) {
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(request.address, error);
    if (error) return badInput("--listen must be an address and a port, such as 127.0.0.1:8080.");
    if (request.certificate.empty() != request.key.empty()) return badInput("A certificate goes with its key.");
    const bool isOpen = request.certificate.empty() && !address.is_loopback();
    if (isOpen && request.insecure == Insecure::no) {
        return badInput(
            "Without TLS everybody on the way reads along: name a certificate and its key, or say --insecure.");
    }
    if (request.certificate.empty()) return std::nullopt;
    // Before a first token is shown, which nobody could use.
    if (const auto wrong = service::problemOf(TlsFiles{request.certificate, request.key})) return badInput(*wrong);
    return std::nullopt;
}

// None where no file was named.
Result<std::shared_ptr<const Hooks>, Failure> hooksOf(const ServeRequest& request) {
    if (request.hooks.empty()) return std::shared_ptr<const Hooks>();
    const auto text = ledger::contentOf(request.hooks);
    if (!text) return failed(badInput("The file of --hooks cannot be read."));
    auto settings = adapters::parseWebhookSettings(*text);
    if (!settings) return failed(badInput(settings.error()));
    return std::make_shared<const Hooks>(std::move(*settings));
}

// Nobody could make the first token otherwise.
void makeFirstToken(ledger::Business& business, const std::string& name,
                    const std::function<void(const std::string&)>& say) {
    if (!business.accessTokens().all().empty()) return;
    const auto made = business.accessTokens().make(
        {"admin", ledger::TokenRole::admin, std::nullopt, ledger::Ledger::systemClock()()});
    say("The first token of the business " + name + ", an admin's, which is shown this once: " + made.value());
}

// Half of the files that this process may have open; the database needs some too.
std::size_t connectionsAllowed(std::size_t wanted) {
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return wanted;
    files.rlim_cur = files.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &files) != 0 && ::getrlimit(RLIMIT_NOFILE, &files) != 0) return wanted;
    return std::min<std::size_t>(wanted, files.rlim_cur / 2);
}

ListenOptions listenOptions(const ServeRequest& request) {
    ListenOptions options;
    options.connections = connectionsAllowed(options.connections);
    options.address = request.address;
    options.port = request.port;
    if (!request.certificate.empty()) options.tls = TlsFiles{request.certificate, request.key};
    return options;
}

void run(const std::shared_ptr<ServedLedger>& source, const ServeRequest& request,
         const std::vector<events::BusinessName>& businesses, const std::shared_ptr<const Hooks>& hooks,
         const std::function<void(const std::string&)>& say) {
    auto& ledger = *source->opened();
    Metrics metrics;
    const auto imports = std::make_shared<ImportRuns>();
    Surroundings surroundings{request.backups, [&] { return metrics.text(ledger); }};
    surroundings.imports = imports;
    surroundings.hooks = hooks;
    Service service(source, std::move(surroundings));
    const auto options = listenOptions(request);
    Listener listener(service, metrics, options, [&] { return ledger.written() + imports->changes(); });
    // Not before the port is taken: they are told once.
    for (const auto& name : businesses) makeFirstToken(source->made().findOrCreate(name), name.text(), say);
    const std::string scheme = options.tls ? "https://" : "http://";
    const bool isV6 = request.address.find(':') != std::string::npos;
    say("Listening on " + scheme + (isV6 ? "[" + request.address + "]" : request.address) + ":" +
        std::to_string(listener.port()));
    const Upkeep upkeep(ledger);
    const auto cutOff = listener.run();
    if (!cutOff) return logNotice("Stopped: all that was begun has been answered.");
    logNotice("Stopped: requests that were not answered in time and are cut off: " + std::to_string(cutOff->requests) +
              ", which were not acknowledged; live readers that took nothing: " + std::to_string(cutOff->readers) +
              ".");
    // Threads are at work that nobody can stop. What was acknowledged is on the disk.
    std::_Exit(0);
}

}  // namespace

std::optional<Failure> serve(const EmbeddedOptions& given, const ServeRequest& request,
                             const std::function<void(const std::string&)>& say) {
    if (auto wrong = problemOf(request)) return wrong;
    auto options = completed(given);
    if (!options) return options.error();
    options->notice = logNotice;
    const auto hooks = hooksOf(request);
    if (!hooks) return hooks.error();
    try {
        // Before anything is made that would be left of a server that cannot start.
        requireFree(request.address, request.port);
        auto opened = openLedger(*options, ledger::Opening::create);
        if (!opened) return opened.error();
        const auto source = std::make_shared<ServedLedger>(options->data, std::move(*opened));
        std::vector<events::BusinessName> businesses = {options->business};
        if (*hooks) {
            for (const auto& business : (*hooks)->businesses()) businesses.push_back(business);
        }
        run(source, request, businesses, *hooks, say);
    } catch (const ledger::Failure& failure) {
        return failureOf(failure);
    } catch (const std::runtime_error& error) {
        return Failure{Failure::Kind::storage, "cannot_listen", error.what(), {}};
    }
    return std::nullopt;
}

}  // namespace kartei::tools::service
