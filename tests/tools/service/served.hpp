#pragma once
// A service on a ledger of its own, called without a socket.

#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "events/json.hpp"
#include "tests/support/files.hpp"
#include "tests/support/test_ledger.hpp"
#include "tools/service/service.hpp"

namespace kartei::testing {

// A CloudEvent, a line. `subject`: none where it is empty. `members`: more of them, each behind a comma.
inline std::string event(const std::string& id, const std::string& source, const std::string& type,
                         const std::string& subject, const std::string& data, const std::string& members = {}) {
    return R"({"specversion":"1.0","id":")" + id + R"(","source":")" + source + R"(","type":")" + type + '"' +
           (subject.empty() ? "" : R"(,"subject":")" + subject + '"') + members + R"(,"data":)" + data + "}\n";
}

class Served {
public:
    // `hooks`: the webhooks that it takes.
    explicit Served(std::shared_ptr<const tools::service::Hooks> hooks = nullptr)
        : source_(std::make_shared<Source>(placeOf(temporary_.path() / "data"))),
          service_(source_, surroundings(std::move(hooks))) {
        auto& tokens = business().accessTokens();
        for (const auto role : {ledger::TokenRole::adapter, ledger::TokenRole::portal, ledger::TokenRole::desk,
                                ledger::TokenRole::admin, ledger::TokenRole::auditor}) {
            std::optional<events::SourceName> source;
            if (role == ledger::TokenRole::adapter) source = events::SourceName::parse("till");
            if (role == ledger::TokenRole::portal) source = events::SourceName::parse("web");
            tokens_[std::string(ledger::toText(role))] =
                tokens.make({std::string(ledger::toText(role)), role, source, second(1)}).value();
        }
    }

    [[nodiscard]] ledger::Business& business() const {
        return source_->made().findOrCreate(events::BusinessName::trusted("salon"));
    }
    [[nodiscard]] const std::string& token(const std::string& role) const { return tokens_.at(role); }

    using Headers = tools::service::Headers;
    // `path`: behind /v1/salon, or from the root where it begins with two slashes. `role`: whose token; empty: none.
    tools::service::Response call(tools::service::Method method, const std::string& path, const std::string& role,
                                  const std::string& body = "", Headers headers = {}) {
        if (!role.empty()) headers["authorization"] = "Bearer " + token(role);
        if (!body.empty() && headers.count("content-type") == 0) headers["content-type"] = "application/json";
        const auto target = path.starts_with("//") ? path.substr(1) : "/v1/salon" + path;
        account = {};
        tools::service::Request request{method, target, {}, std::move(headers), body};
        return service_.answer(request, account);
    }
    tools::service::Response get(const std::string& path, const std::string& role, Headers headers = {}) {
        return call(tools::service::Method::get, path, role, "", std::move(headers));
    }
    tools::service::Response post(const std::string& path, const std::string& role, const std::string& body,
                                  Headers headers = {}) {
        return call(tools::service::Method::post, path, role, body, std::move(headers));
    }
    // One event a line.
    tools::service::Response append(const std::string& lines, const std::string& role = "admin") {
        return post("/events", role, lines, {{"content-type", "application/x-ndjson"}});
    }

    [[nodiscard]] const tools::service::Service& service() const { return service_; }
    [[nodiscard]] std::shared_ptr<tools::LedgerSource> source() const { return source_; }

    tools::service::Account account;  // of the last call

private:
    class Source final : public tools::LedgerSource {
    public:
        explicit Source(const ledger::Place& place) : path_(place.data), ledger_(place, masterKey()) {}
        ledger::Ledger* opened() override { return &ledger_; }
        ledger::Ledger& made() override { return ledger_; }
        [[nodiscard]] std::filesystem::path path() const override { return path_; }
        [[nodiscard]] std::filesystem::path keyFile() const override { return {}; }

    private:
        std::filesystem::path path_;
        ledger::Ledger ledger_;
    };
    [[nodiscard]] tools::service::Surroundings surroundings(std::shared_ptr<const tools::service::Hooks> hooks) const {
        tools::service::Surroundings surroundings{(temporary_.path() / "backups").string(),
                                                  [] { return std::string("kartei_events 0\n"); }};
        surroundings.hooks = std::move(hooks);
        return surroundings;
    }

    TemporaryDirectory temporary_;
    std::shared_ptr<Source> source_;
    tools::service::Service service_;
    std::map<std::string, std::string> tokens_;
};

// What a problem's `code` is; the status where the answer is none.
inline std::string codeOf(const tools::service::Response& response) {
    if (response.contentType != "application/problem+json") return std::to_string(response.status);
    const auto document = events::parseJson(response.body);
    REQUIRE(document);
    CHECK((*document)["status"].GetUint() == response.status);
    return (*document)["code"].GetString();
}

}  // namespace kartei::testing
