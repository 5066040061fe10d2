// What a server says of itself: to whoever asks, without a token, and nothing about anybody.

#include <algorithm>

#include "tools/kartei/answers.hpp"
#include "tools/service/problem.hpp"
#include "tools/service/route.hpp"

namespace kartei::tools::service {

namespace {

// Alive is whoever answers; ready is who can record, for any business at least. None of it waits for anything.
Response health(const Surroundings& surroundings) {
    auto* ledger = surroundings.ledger->opened();
    const auto known = ledger != nullptr ? ledger->businesses() : ledger::Ledger::Businesses{};
    const auto sound = std::count_if(known.open.begin(), known.open.end(),
                                     [](const ledger::Business* business) { return business->isSound(); });
    const auto impaired = known.notOpened + known.open.size() - static_cast<std::size_t>(sound);
    const bool isReady = ledger != nullptr && ledger->canRecord() && (sound > 0 || impaired == 0);
    if (!isReady) return problem(503, "not_ready", "Nothing can be recorded, for no business.");
    Response response;
    response.body = object([&](events::JsonWriter& out) {
        events::writeMember(out, "alive", true);
        events::writeMember(out, "ready", true);
        events::writeMember(out, "impaired", std::uint64_t{impaired});
    });
    return response;
}

Response metrics(const Surroundings& surroundings) {
    Response response;
    response.contentType = "text/plain; version=0.0.4; charset=utf-8";
    response.body = surroundings.metrics();
    return response;
}

Response openApi(const Surroundings& surroundings) {
    Response response;
    response.body = surroundings.openApi;
    return response;
}

}  // namespace

std::vector<Route> generalRoutes() {
    return {
        {Method::get,
         "/healthz",
         "health",
         "Whether the server is alive, and whether it can record",
         {},
         {},
         {},
         "application/json",
         "Health",
         nullptr,
         health},
        {Method::get,
         "/metrics",
         "metrics",
         "What the server counts, as Prometheus reads it",
         {},
         {},
         {},
         "text/plain",
         "",
         nullptr,
         metrics},
        {Method::get,
         "/openapi.json",
         "openApi",
         "This description",
         {},
         {},
         {},
         "application/json",
         "Description",
         nullptr,
         openApi},
    };
}

}  // namespace kartei::tools::service
