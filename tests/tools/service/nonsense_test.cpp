// Whatever a body says, the answer is a problem with a code, and never a mistake of the server; and its words are those
// of HTTP, not of the command line.

#include <catch2/catch.hpp>

#include "tests/tools/service/served.hpp"

using namespace kartei;
using namespace kartei::testing;
using Catch::Matchers::Contains;
using tools::service::Method;

namespace {

// A body that is taken, of which a test spoils one member after the other.
struct Example {
    Method method;
    std::string path;
    std::string body;
};

const std::vector<Example> examples = {
    {Method::post, "/links", R"({"a":"till/1","b":"till/2","comment":"x","onBehalfOf":"p"})"},
    {Method::post, "/links?dryRun=true", R"({"a":"till/1","b":"till/2","comment":"x","onBehalfOf":"p"})"},
    {Method::post, "/merges",
     R"({"from":"till/1","into":"till/2","take":["email"],"comment":"x","mailCredentials":false,"onBehalfOf":"p"})"},
    {Method::post, "/joins/1/undo",
     R"({"reason":"x","assign":[{"position":1,"record":"till/1"}],"withDependents":true,"rejoinable":true})"},
    {Method::post, "/distinct", R"({"a":"till/1","b":"till/2","onBehalfOf":"p"})"},
    {Method::remove, "/distinct", R"({"a":"till/1","b":"till/2","onBehalfOf":"p"})"},
    {Method::post, "/customers/till/1/pending", R"({"take":[1],"dismiss":[2],"onBehalfOf":"p"})"},
    {Method::post, "/customers/till/none/erase", R"({"reason":"x","records":["till/none"],"only":false})"},
    {Method::post, "/receipts/erase", R"({"year":2010,"reason":"x","onBehalfOf":"p"})"},
    {Method::put, "/policy", R"({"rule":"automatic_link","enabled":true})"},
    {Method::post, "/tokens", R"({"name":"x","role":"adapter","source":"till"})"},
};

const std::vector<std::string> nonsense = {
    "null",  "true",     "-1",          "1e308",
    "0",     "1.5",      "1e999",       "18446744073709551615",
    R"("")", R"(" \n")", R"("\u0000")", "340282366920938463463374607431768211456",
    "[]",    "[null]",   R"([""])",     R"(["\u0000"])",
    "{}",    "[[[[]]]]", R"({"a":1})",  R"([{"position":1e99,"record":"\u0000"}])",
};

void fill(Served& served) {
    const std::string beginning = R"({"specversion":"1.0","source":"till",)";
    const std::string entered = R"("type":"record.entered","data":{"attributes":{"familyName":"Muster"}},)";
    REQUIRE(served
                .append(beginning + R"("id":"c","type":"source.connected","data":{"name":"till"}})" + "\n" + beginning +
                        entered + R"("id":"1","subject":"till/1"})" + "\n" + beginning + entered +
                        R"("id":"2","subject":"till/2"})" + "\n")
                .status == 200);
}

// Whether the answer is the sender's fault, in words that the sender knows.
void checkRefusal(const tools::service::Response& answer) {
    CAPTURE(answer.body);
    CHECK(answer.status < 500);
    if (answer.status == 200) return;
    CHECK_FALSE(codeOf(answer).empty());
    CHECK_THAT(answer.body, !Contains("--") && !Contains("kartei "));
}

std::string withMember(const std::string& body, const std::string& name, const std::string& value) {
    const auto document = events::parseJson(body);
    REQUIRE(document);
    rapidjson::StringBuffer buffer;
    events::JsonWriter out(buffer);
    out.StartObject();
    for (const auto& member : document->GetObject()) {
        out.Key(member.name.GetString());
        if (name == member.name.GetString()) {
            out.RawValue(value.data(), value.size(), rapidjson::kNullType);
        } else {
            member.value.Accept(out);
        }
    }
    out.EndObject();
    return buffer.GetString();
}

}  // namespace

TEST_CASE("A body that is none, or another's, is refused with a code on every route") {
    Served served;
    fill(served);
    const auto head = served.business().head();
    for (const auto& route : served.service().routes().routes()) {
        if (route.method == Method::get || route.bodies.empty()) continue;
        auto path = route.path.substr(std::string("/v1/{business}").size());
        for (const auto& [name, value] : std::map<std::string, std::string>{
                 {"{source}", "till"}, {"{id}", "1"}, {"{position}", "1"}, {"{adapter}", "csv"}, {"{name}", "x"}}) {
            if (const auto at = path.find(name); at != std::string::npos) path.replace(at, name.size(), value);
        }
        std::vector<std::string> types{"", "application/nonsense", "multipart/form-data; boundary=x", "\xff"};
        for (const auto& body : route.bodies) types.push_back(body.type);
        auto bodies = nonsense;
        bodies.insert(bodies.end(), {"", "{", "\xff", std::string(1, '\0'), std::string(100'000, '['), "--x--",
                                     "--x\r\n\r\n\r\n--x--", "nonsense\n\n\u2014 x AAAA\n", "a=b"});
        for (const auto& type : types) {
            for (const auto& body : bodies) {
                CAPTURE(path, type, body.substr(0, 50));
                checkRefusal(served.call(route.method, path, "admin", body, {{"content-type", type}}));
            }
        }
    }
    CHECK(served.business().head() == head);
}

TEST_CASE("A member that is nonsense is refused with a code, whichever it is") {
    Served served;
    fill(served);
    for (const auto& [method, path, body] : examples) {
        const auto document = events::parseJson(body);
        for (const auto& member : document->GetObject()) {
            for (const auto& value : nonsense) {
                CAPTURE(path, member.name.GetString(), value);
                checkRefusal(served.call(method, path, "admin", withMember(body, member.name.GetString(), value)));
            }
        }
    }
}

TEST_CASE("What is no checkpoint is bad input, and not the log's fault") {
    Served served;
    fill(served);
    for (const auto* body : {"nonsense", "{}", "salon\n3\nAAAA\n", "\n\n"}) {
        CAPTURE(body);
        CHECK(codeOf(served.post("/verify", "auditor", body, {{"content-type", "text/plain"}})) == "bad_input");
    }
    // One that somebody else signed has the form, and tells that this is not the log that it was.
    auto foreign = served.business().checkpoint();
    auto& letter = foreign[foreign.find("\n\n") - 3];  // of the root
    letter = letter == 'A' ? 'B' : 'A';
    CHECK(codeOf(served.post("/verify", "auditor", foreign, {{"content-type", "text/plain"}})) == "integrity");
}

TEST_CASE("A refusal names what is wrong as a body names it") {
    Served served;
    fill(served);
    const auto post = [&](const std::string& path, const std::string& body) {
        return served.post(path, "admin", body).body;
    };
    CHECK_THAT(post("/links", R"({"a":"till/1","b":"till/2","comment":" "})"), Contains("comment must not be blank"));
    CHECK_THAT(post("/merges", R"({"from":"till/1","into":"till/2","comment":" "})"),
               Contains("comment must not be blank"));
    CHECK_THAT(post("/joins/1/undo", R"({"reason":" "})"), Contains("reason must not be blank"));
    CHECK_THAT(post("/customers/till/1/erase", R"({"reason":" "})"), Contains("reason must not be blank"));
    CHECK_THAT(post("/receipts/erase", R"({"year":2010,"reason":" "})"), Contains("reason must not be blank"));
    const std::string form =
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nnr\n1\n\r\n";
    const auto undeclared =
        served.post("/imports/csv", "admin", form + "--x--", {{"content-type", "multipart/form-data; boundary=x"}});
    CHECK(codeOf(undeclared) == "consent_missing");
    CHECK_THAT(undeclared.body, Contains("declaration") && !Contains("--"));
}
