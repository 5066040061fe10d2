#include "tools/service/request_log.hpp"

#include <sodium.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>

#include "ledger/ledger.hpp"
#include "tools/kartei/answers.hpp"

namespace kartei::tools::service {

namespace {

// Written by a thread of spdlog's own would lose lines in a crash; a line a request is little.
spdlog::logger& logger() {
    static const auto made = [] {
        auto log = spdlog::stderr_logger_mt("kartei");
        log->set_pattern("%v");
        return log;
    }();
    return *made;
}

std::string now() { return events::toText(ledger::Ledger::systemClock()()); }

}  // namespace

std::string newRequestId() {
    std::array<unsigned char, 8> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    std::string text(2 * bytes.size() + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
    text.pop_back();
    return text;
}

void logRequest(const std::string& id, Method method, const Account& account, unsigned status,
                std::chrono::nanoseconds took) {
    logger().info(object([&](events::JsonWriter& out) {
        events::writeMember(out, "time", now());
        events::writeMember(out, "request", id);
        events::writeMember(out, "method", toText(method));
        events::writeMember(out, "route", account.route);
        events::writeMember(out, "business", account.business);
        events::writeMember(out, "status", std::uint64_t{status});
        if (!account.code.empty()) events::writeMember(out, "code", account.code);
        if (!account.cause.empty()) events::writeMember(out, "cause", account.cause);
        events::writeMember(out, "microseconds",
                            std::int64_t{std::chrono::duration_cast<std::chrono::microseconds>(took).count()});
    }));
}

void logNotice(const std::string& what) {
    logger().info(object([&](events::JsonWriter& out) {
        events::writeMember(out, "time", now());
        events::writeMember(out, "notice", what);
    }));
}

}  // namespace kartei::tools::service
