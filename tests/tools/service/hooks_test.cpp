// Webhooks over the service, signed as their senders sign: what comes out of them in files, histories and the protocol,
// and that what is not rightly signed does no harm.

#include "tests/adapters/webhook_testing.hpp"
#include "tests/tools/service/hooked.hpp"

using namespace kartei;
using namespace kartei::testing;
using adapters::testing::sharedFile;
using adapters::testing::with;
using Catch::Matchers::Contains;

namespace {

std::string shopEvent(const std::string& id, const std::string& type, const std::string& data,
                      const std::string& source = "shop") {
    return R"({"specversion":"1.0","id":")" + id + R"(","source":")" + source + R"(","type":")" + type +
           R"(","subject":"shop/1","time":"2026-03-01T10:00:00Z","data":)" + data + "}";
}

}  // namespace

TEST_CASE("Square's published customers and bookings come out as files, histories and protocol",
          "[service][webhooks][shared]") {
    const auto created = sharedFile("square/customer.created.json");
    const auto updated = sharedFile("square/customer.updated.json");
    const auto booked = sharedFile("square/booking.created.json");
    const auto changed = sharedFile("square/booking.updated.json");
    if (!created || !updated || !booked || !changed) return;
    Hooked hooked;
    // The source is connected first, by the delivery itself.
    CHECK(hooked.square(*created).body == R"({"results":[{"position":2}]})");
    CHECK(hooked.square(*created).body == R"({"results":[{"position":2}]})");
    CHECK(hooked.square(*updated).body == R"({"results":[{"position":3}]})");
    const auto value = [](const std::string& field, const std::string& text, const std::string& record,
                          const std::string& position) {
        return Contains("\"" + field + R"(":{"value":)" + text + R"(,"record":"square/)" + record + R"(","position":)" +
                        position);
    };
    const auto file = hooked.file("square/QPTXM8PQNX3Q726ZYHPMNP46XC");
    for (const auto& [field, text] :
         std::vector<std::pair<std::string, std::string>>{{"givenName", "\"Jenkins\""},
                                                          {"familyName", "\"Smorly\""},
                                                          {"email", "\"jenkins+smorly@squareup.com\""},
                                                          {"phone", "\"+12126668929\""},
                                                          {"street", "\"1018 40th Street\""},
                                                          {"postalCode", "\"94608\""},
                                                          {"city", "\"Oakland\""},
                                                          {"birthDate", "\"1962-03-04\""},
                                                          {"custom", R"({"squareVersion":"0"})"}}) {
        CHECK_THAT(file, value(field, text, "QPTXM8PQNX3Q726ZYHPMNP46XC", "2"));
    }
    CHECK_THAT(file, Contains(R"("origin":"import","status":"active")") && Contains(R"("consents":[])"));
    CHECK_THAT(file, !Contains("\"notes\"") && !Contains("\"country\""));
    const auto second = hooked.file("square/A0AP25A6SCVTH8JES9BX01GXM4");
    CHECK_THAT(second, value("phone", "\"+13477947111\"", "A0AP25A6SCVTH8JES9BX01GXM4", "3"));
    CHECK_THAT(second, value("custom", R"({"squareVersion":"1"})", "A0AP25A6SCVTH8JES9BX01GXM4", "3"));

    CHECK(hooked.square(*changed).body == R"({"results":[{"position":4}]})");
    CHECK(hooked.square(*booked).body == R"({"results":[{"position":5}]})");
    CHECK(hooked.square(*changed).body == R"({"results":[{"position":4}]})");
    const auto whose = "square/SSKBT02ECWZXK6W3VWYC78E52R";
    CHECK(codeOf(hooked.served.get(std::string("/customers/") + whose, "admin")) == "not_found");
    // Its customer arrives late.
    const auto customer =
        squareDelivery("customer.created", "late",
                       R"({"customer":{"id":"SSKBT02ECWZXK6W3VWYC78E52R","version":0,"given_name":"Ann"}})");
    REQUIRE(hooked.square(customer).status == 200);
    CHECK(hooked.history(whose) ==
          R"({"customer":"square/SSKBT02ECWZXK6W3VWYC78E52R","visits":[{"appointment":"square/i2id2g3enyspi7",)"
          R"("record":"square/SSKBT02ECWZXK6W3VWYC78E52R","startsAt":"2020-12-17T16:00:00Z",)"
          R"("endsAt":"2020-12-17T16:30:00Z","service":"T3WUWYFJOVW2EU6XGRU5YG4A","staff":"_4GsfYnqGHyurOwzWdKj",)"
          R"("status":"booked","position":4}]})");
    const auto protocol = hooked.protocol(whose);
    CHECK_THAT(protocol, Contains(R"("position":4,"time":"2020-12-08T20:05:00.000001Z")") &&
                             Contains(R"("type":"appointment.booked","record":"square/SSKBT02ECWZXK6W3VWYC78E52R",)"
                                      R"("actor":"hook:square")") &&
                             !Contains("held"));
}

TEST_CASE("Square's published payments and refund are visits once they are completed and somebody's",
          "[service][webhooks][shared]") {
    const auto created = sharedFile("square/payment.created.json");
    const auto updated = sharedFile("square/payment.updated.json");
    const auto refund = sharedFile("square/refund.created.json");
    if (!created || !updated || !refund) return;
    Hooked hooked;
    for (const auto& body : {*created, *updated, *refund}) CHECK(hooked.square(body).body == R"({"results":[]})");
    CHECK(hooked.served.business().head().value() == 0);
    const auto named = [](const std::string& body) {
        return with(body, "\"payment\": {", "\"payment\": {\"customer_id\": \"C1\",");
    };
    CHECK(hooked.square(named(*created)).body == R"({"results":[]})");
    CHECK(hooked.square(named(*updated)).body == R"({"results":[{"position":2}]})");
    CHECK(hooked.square(named(*updated)).body == R"({"results":[{"position":2}]})");
    REQUIRE(hooked.square(squareDelivery("customer.created", "c", R"({"customer":{"id":"C1","version":0,"note":"n"}})"))
                .status == 200);
    const std::string receipt = R"("receipt":"square/hYy9pRFVxpDsO1FB05SunFWUe9JZY")";
    CHECK_THAT(hooked.history("square/C1"), Contains(receipt) && Contains(R"("status":"checkedOut")") &&
                                                Contains(R"("total":{"amount":100,"currency":"USD"})") &&
                                                Contains(R"("record":"square/C1")"));
    auto given = with(with(*refund, "PENDING", "COMPLETED"), R"("payment_id": "KkAkhdMsgzn59SM8A89WgKwekxLZY")",
                      R"("payment_id": "hYy9pRFVxpDsO1FB05SunFWUe9JZY")");
    CHECK(hooked.square(given).body == R"({"results":[{"position":4},{"position":5}]})");
    CHECK(hooked.history("square/C1") == R"({"customer":"square/C1","visits":[]})");
    CHECK_THAT(hooked.protocol("square/C1"),
               Contains("visit.checkoutReversed") && Contains("note.filed") && Contains("visit.checkedOut"));
    // The note is known, and what is reversed stays so.
    CHECK(hooked.square(given).body == R"({"results":[{"position":4}]})");
    CHECK(hooked.square(named(*updated)).body == R"({"results":[{"position":2}]})");
    CHECK(hooked.history("square/C1") == R"({"customer":"square/C1","visits":[]})");
}

TEST_CASE("SendGrid's published statuses come into the protocol of their messages", "[service][webhooks][shared]") {
    const auto single = sharedFile("sendgrid/single.body.json");
    const auto multiple = sharedFile("sendgrid/multiple.body.json");
    if (!single || !multiple) return;
    Hooked hooked;
    REQUIRE(
        hooked.served
            .append(R"({"specversion":"1.0","id":"c","source":"web","type":"source.connected","data":{"name":"w"}})"
                    "\n"
                    R"({"specversion":"1.0","id":"r","source":"web","type":"record.entered","subject":"web/1",)"
                    R"("data":{"attributes":{"email":"invalid@gmail.com"}}})"
                    "\n"
                    R"({"specversion":"1.0","id":"m","source":"web","type":"message.sent","subject":"web/1",)"
                    R"("data":{"message":"sendgrid/qNwBLgPQQjW6DJvKQwSAbw","channel":"email","purpose":"reminders"}})"
                    "\n")
            .status == 200);
    CHECK(hooked.sendgrid(*multiple).body == R"({"results":[{"position":5}]})");
    CHECK(hooked.sendgrid(*multiple).body == R"({"results":[{"position":5}]})");
    const auto protocol = hooked.protocol("web/1");
    CHECK_THAT(protocol, Contains(R"("position":5,"time":"2021-04-28T23:05:47Z")") &&
                             Contains(R"("type":"message.statusChanged")") && Contains("bounced") &&
                             Contains(R"("actor":"hook:sendgrid")") && !Contains("held"));
    // Of a message that nobody sent: it waits.
    CHECK(hooked.sendgrid(*single).body == R"({"results":[{"position":6}]})");
    CHECK_THAT(hooked.served.get("/protocol", "admin").body, Contains(R"("held":true)"));
    // What the business's own system calls it.
    const auto own = with(*single, "\"event\":\"dropped\"", R"("event":"open","message":"web/m-1")");
    CHECK_THAT(hooked.sendgrid(with(own, "ZHJvcC0x", "own-")).body, Contains("\"position\":7"));
    CHECK_THAT(hooked.served.get("/events", "admin").body,
               Contains(R"("message":"web/m-1","status":"read")") && Contains("sendgrid/LRzXl_NHStOGhQ4kofSm_A"));
}

TEST_CASE("Our own events come as Standard Webhooks, one or several", "[service][webhooks]") {
    Hooked hooked;
    const auto entered = shopEvent("1", "record.entered", R"({"attributes":{"familyName":"Muster"}})");
    const auto booked = shopEvent("2", "appointment.booked",
                                  R"({"appointment":"a1","startsAt":"2026-03-05T09:00:00Z","bookedVia":"online"})");
    CHECK(hooked.standard(entered).body == R"({"results":[{"position":2}]})");
    CHECK(hooked.standard("[" + entered + "," + booked + "]").body == R"({"results":[{"position":2},{"position":3}]})");
    CHECK(hooked.history("shop/1") ==
          R"({"customer":"shop/1","visits":[{"appointment":"shop/a1","record":"shop/1",)"
          R"("startsAt":"2026-03-05T09:00:00Z","bookedVia":"online","status":"booked","position":3}]})");
    // What a rule refuses is told, and acknowledged: to send it again would help nobody.
    const auto refused =
        hooked.standard("[" + shopEvent("1", "record.entered", R"({"attributes":{"familyName":"Other"}})") + "," +
                        shopEvent("3", "visit.checkoutReversed", R"({"receipt":"r1"})") + "]");
    CHECK(refused.status == 200);
    CHECK_THAT(refused.body, Contains("duplicate_event_mismatch") && Contains("not_checked_out"));
    // It speaks for its own source alone.
    const auto foreign = hooked.standard(shopEvent("4", "record.entered", "{}", "square"));
    CHECK(codeOf(foreign) == "forbidden");
    CHECK_THAT(foreign.body, Contains("webhook") && !Contains("token"));
    CHECK(hooked.served.business().head().value() == 3);
}

TEST_CASE("What is not signed, or wrongly, or too long ago, changes nothing", "[service][webhooks]") {
    Hooked hooked;
    const auto customer = squareDelivery("customer.created", "e", R"({"customer":{"id":"C1","version":0}})");
    const auto event = shopEvent("1", "record.entered", R"({"attributes":{"familyName":"Muster"}})");
    CHECK(codeOf(hooked.square(customer, "another-key")) == "bad_signature");
    CHECK(hooked.square(customer, "another-key").status == 401);
    CHECK(codeOf(hooked.deliver("square", customer, {})) == "bad_signature");
    CHECK(codeOf(hooked.deliver("square", customer + " ",
                                {{"x-square-hmacsha256-signature",
                                  squareSignature("square-key", squareUrl, customer)}})) == "bad_signature");
    CHECK(codeOf(hooked.deliver("square", customer,
                                {{"x-square-hmacsha256-signature",
                                  squareSignature("square-key", squareUrl + "/", customer)}})) == "bad_signature");
    CHECK(codeOf(hooked.calcom(R"({"triggerEvent":"PING"})", "another")) == "bad_signature");
    CHECK(codeOf(hooked.sendgrid("[]", -301)) == "stale_signature");
    CHECK(codeOf(hooked.sendgrid("[]", 305)) == "stale_signature");
    CHECK(codeOf(hooked.standard(event, -301)) == "stale_signature");
    CHECK(hooked.standard(event, -301).status == 401);
    CHECK(codeOf(hooked.standard(event, 0, "whsec_" + base64("another"))) == "bad_signature");
    // A token is no signature.
    CHECK(codeOf(hooked.served.post("/hooks/standard", "admin", event)) == "bad_signature");
    // Neither is one for another adapter.
    CHECK(codeOf(hooked.deliver("calcom", customer,
                                {{"x-square-hmacsha256-signature",
                                  squareSignature("square-key", squareUrl, customer)}})) == "bad_signature");
    CHECK(hooked.served.business().head().value() == 0);
    CHECK(hooked.served.business().facts().sources.empty());
    // The key that is being replaced is good still.
    CHECK(hooked.square(customer, "square-key-before").status == 200);
    CHECK(hooked.standard(event, -290).status == 200);
}

TEST_CASE("What is signed and yet no delivery stores nothing, and its answer names no value", "[service][webhooks]") {
    Hooked hooked;
    const std::string person = R"({"customer":{"id":"C1","version":0,"given_name":"Geheim"}})";
    for (const auto& body : {std::string(), std::string("{"), std::string("[]"), std::string(100'000, '['),
                             squareDelivery("customer.created", "e", with(person, "0", "\"0\"")),
                             squareDelivery("customer.created", "e", with(person, "0", "18446744073709551616")),
                             squareDelivery("customer.created", "e", with(person, "\"C1\"", "\"C1\",\"id\":\"C2\"")),
                             squareDelivery("customer.created", "e", with(person, "C1", "../Geheim")),
                             squareDelivery("customer.created", std::string(300, 'e'), person),
                             squareDelivery("customer.created", "e", with(person, "Geheim", std::string(20'000, 'x'))),
                             squareDelivery("customer.created", "e", person, "Geheim")}) {
        CAPTURE(body.substr(0, 200));
        const auto answer = hooked.square(body);
        CHECK(codeOf(answer) == "bad_input");
        CHECK_THAT(answer.body, !Contains("Geheim"));
    }
    CHECK(codeOf(hooked.calcom("7")) == "bad_input");
    CHECK(codeOf(hooked.sendgrid("{}")) == "bad_input");
    CHECK(codeOf(hooked.standard(R"({"test": 2432232314})")) == "bad_input");
    // One event of a list that is none keeps the others out.
    CHECK(codeOf(hooked.standard("[" + shopEvent("1", "record.entered", "{}") + ",{}]")) == "bad_input");
    CHECK(hooked.served.business().facts().sources.empty());
}

TEST_CASE("Only webhooks that are set up are taken", "[service][webhooks]") {
    Hooked hooked;
    const auto ping = R"({"triggerEvent":"PING"})";
    CHECK(hooked.calcom(ping).status == 200);
    CHECK(codeOf(hooked.deliver("paypal", ping, {})) == "no_such_route");
    CHECK(codeOf(hooked.served.call(tools::service::Method::get, "/hooks/calcom", "admin")) == "method_not_allowed");
    CHECK(codeOf(hooked.served.post("//v1/other/hooks/calcom", "", ping)) == "unknown_business");
    Served without;
    CHECK(codeOf(without.post("/hooks/calcom", "", ping)) == "no_such_route");
}

TEST_CASE("A source that was disconnected is not connected by a delivery", "[service][webhooks]") {
    Hooked hooked;
    const auto customer = [](const std::string& id) {
        return squareDelivery("customer.created", id, R"({"customer":{"id":")" + id + R"(","version":0}})");
    };
    REQUIRE(hooked.square(customer("C1")).status == 200);
    REQUIRE(
        hooked.served
            .append(
                R"({"specversion":"1.0","id":"d","source":"square","type":"source.disconnected","data":{"name":"x"}})"
                "\n")
            .status == 200);
    const auto answer = hooked.square(customer("C2"));
    CHECK(answer.status == 200);
    CHECK_THAT(answer.body, Contains("source_not_connected"));
}
