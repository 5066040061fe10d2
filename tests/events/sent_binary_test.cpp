// Events in binary say what events in JSON say, and are held to the same rules.

#include <catch2/catch.hpp>

#include "events/sent_binary.hpp"

using namespace kartei;
using Catch::Matchers::Contains;
using events::readCloudEvent;
using events::readSentStream;
using events::writeSent;

namespace {

events::SentEvent sent(const std::string& json) {
    auto event = readCloudEvent(json);
    INFO(json);
    REQUIRE(event);
    return *event;
}

std::vector<std::string> jsonOf(const std::string& stream) {
    std::vector<std::string> all;
    REQUIRE_FALSE(readSentStream(stream, [&](std::string json) {
        all.push_back(std::move(json));
        return true;
    }));
    return all;
}

const std::string checkout =
    R"({"specversion":"1.0","id":"7","source":"till","subject":"till/1","time":"2026-03-01T10:00:00Z","cursor":"c9",)"
    R"("type":"visit.checkedOut","data":{"receipt":"b1","appointment":"web/a1","total":{"amount":4500,"currency":"EUR"},)"
    R"("items":[{"name":"Föhnen","quantity":"1","amount":{"amount":4500,"currency":"EUR"}}]}})";
const std::string import =
    R"({"specversion":"1.0","id":"8","source":"till","subject":"till/1","type":"record.imported",)"
    R"("data":{"attributes":{"familyName":"Weiß","city":null,"tags":["a","b"],"custom":{"k":"v"}},)"
    R"("declaration":{"declaredBy":"Petra","text":"They agreed."},"notifications":{"sms":false}}})";
const std::string connected =
    R"({"specversion":"1.0","id":"9","source":"till","type":"source.connected","data":{"name":"Kasse"}})";

}  // namespace

TEST_CASE("An event that went through its binary form is the same event") {
    std::string stream;
    std::vector<events::SentEvent> events;
    for (const auto& json : {checkout, import, connected}) {
        events.push_back(sent(json));
        stream += writeSent(events.back());
    }
    const auto read = jsonOf(stream);
    REQUIRE(read.size() == events.size());
    for (std::size_t i = 0; i < read.size(); ++i) {
        const auto event = sent(read[i]);
        CHECK(event.id == events[i].id);
        CHECK(event.source == events[i].source);
        CHECK(event.subject == events[i].subject);
        CHECK(event.time == events[i].time);
        CHECK(event.cursor == events[i].cursor);
        CHECK(event.data == events[i].data);
    }
}

TEST_CASE("What binary events say is checked as if it were JSON") {
    auto event = sent(checkout);
    event.subject.reset();
    CHECK_THAT(readCloudEvent(jsonOf(writeSent(event)).front()).error().text(), Contains("subject: is missing"));
    event = sent(checkout);
    std::get<events::VisitCheckedOut>(event.data).items.front().name = "\xFF";
    CHECK_FALSE(readCloudEvent(jsonOf(writeSent(event)).front()));
    event.data = events::RecordsLinked{};
    CHECK_FALSE(readCloudEvent(jsonOf(writeSent(event)).front()));
}

TEST_CASE("A stream that is cut short or damaged is named with the message") {
    const std::string one = writeSent(sent(checkout));
    const std::string two = one + writeSent(sent(import));
    std::size_t taken = 0;
    const auto count = [&](const std::string&) { return ++taken != 0; };
    for (std::size_t cut = one.size() + 1; cut < two.size(); ++cut) {
        const auto trouble = readSentStream(std::string_view(two).substr(0, cut), count);
        REQUIRE(trouble);
        CHECK(trouble->number <= 2);
    }
    CHECK(readSentStream("no capnp", count));
    CHECK_FALSE(readSentStream("", count));
    // No byte of it makes it crash.
    for (std::size_t at = 0; at < two.size(); ++at) {
        auto damaged = two;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x41);
        readSentStream(damaged, [](const std::string& json) {
            static_cast<void>(readCloudEvent(json));
            return true;
        });
    }
    CHECK(taken > 0);
}
