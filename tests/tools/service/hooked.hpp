#pragma once
// A server that takes webhooks, with their senders, and bodies as those make them.

#include <chrono>
#include <regex>
#include <string>
#include <utility>

#include "tests/support/webhook_senders.hpp"
#include "tests/tools/service/served.hpp"
#include "tools/service/hooks.hpp"

namespace kartei::testing {

inline const std::string squareUrl = "https://kartei.example/v1/salon/hooks/square";
inline const std::string standardSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

// A server that takes webhooks of all four, and their senders.
class Hooked {
public:
    Hooked() : served(hooks()) {}

    tools::service::Response square(const std::string& body, const std::string& key = "square-key") {
        return deliver("square", body, {{"x-square-hmacsha256-signature", squareSignature(key, squareUrl, body)}});
    }
    tools::service::Response calcom(const std::string& body, const std::string& secret = "cal-secret") {
        return deliver("calcom", body, {{"x-cal-signature-256", calcomSignature(secret, body)}});
    }
    tools::service::Response sendgrid(const std::string& body, std::int64_t after = 0) {
        const auto at = std::to_string(now() + after);
        return deliver("sendgrid", body,
                       {{"x-twilio-email-event-webhook-signature", sender.signature(at, body)},
                        {"x-twilio-email-event-webhook-timestamp", at}});
    }
    tools::service::Response standard(const std::string& body, std::int64_t after = 0,
                                      const std::string& secret = standardSecret) {
        const auto at = std::to_string(now() + after);
        return deliver("standard", body,
                       {{"webhook-id", "msg_1"},
                        {"webhook-timestamp", at},
                        {"webhook-signature", standardSignature(secret, "msg_1", at, body)}});
    }
    tools::service::Response deliver(const std::string& adapter, const std::string& body, Served::Headers headers) {
        return served.post("/hooks/" + adapter, "", body, std::move(headers));
    }

    [[nodiscard]] std::string file(const std::string& record) { return read("/customers/" + record); }
    [[nodiscard]] std::string history(const std::string& record) { return read("/customers/" + record + "/history"); }
    [[nodiscard]] std::string protocol(const std::string& record) { return read("/customers/" + record + "/protocol"); }
    // The file and the history, without the positions, which tell of the order in which things came.
    [[nodiscard]] std::string state(const std::string& record) {
        static const std::regex position(R"(,?"position":\d+)");
        return std::regex_replace(file(record) + history(record), position, "");
    }

    SendgridSender sender;
    Served served;

private:
    [[nodiscard]] std::shared_ptr<const tools::service::Hooks> hooks() const {
        auto hooks = adapters::parseWebhookSettings(
            "[salon.square]\nsecrets = [\"square-key\", \"square-key-before\"]\nurl = \"" + squareUrl +
            "\"\ndeclared_by = \"Salon\"\ndeclaration = \"They agreed.\"\n"
            "[salon.calcom]\nsecrets = [\"cal-secret\"]\n"
            "[salon.sendgrid]\npublic_keys = [\"" +
            sender.publicKey() + "\"]\n[salon.standard]\nsource = \"shop\"\nsecrets = [\"" + standardSecret + "\"]\n");
        REQUIRE(hooks);
        return std::make_shared<const tools::service::Hooks>(std::move(*hooks));
    }
    static std::int64_t now() {
        return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    }
    std::string read(const std::string& path) {
        const auto answer = served.get(path, "admin");
        INFO(path << " " << answer.body);
        REQUIRE(answer.status == 200);
        return answer.body;
    }
};

inline std::string squareDelivery(const std::string& type, const std::string& eventId, const std::string& object,
                                  const std::string& createdAt = "2026-03-02T10:00:00Z") {
    return R"({"type":")" + type + R"(","event_id":")" + eventId + R"(","created_at":")" + createdAt +
           R"(","data":{"object":)" + object + "}}";
}

inline std::string replaced(const std::string& text, const std::string& what, const std::string& with) {
    return std::regex_replace(text, std::regex(what), with);
}

inline std::string calcomDelivery(const std::string& trigger, int day, const std::string& payload) {
    return R"({"triggerEvent":")" + trigger + R"(","createdAt":"2026-01-0)" + std::to_string(day) +
           R"(T09:30:00.538Z","payload":{)" + payload + "}}";
}
// On a day of its own, by the first letter of its name.
inline std::string calcomBooking(const std::string& uid, const std::string& attendee, const std::string& more = "") {
    const auto day = "2026-03-2" + std::string(1, static_cast<char>(uid.front() - 'a' + '1'));
    return R"("uid":")" + uid + R"(","eventTitle":"Haircut","startTime":")" + day + R"(T09:30:00Z","endTime":")" + day +
           R"(T10:30:00Z","attendees":[{"email":"john-N@example.com",)" + attendee + "}]" + more;
}

}  // namespace kartei::testing
