#include "tools/service/form.hpp"

#include <catch2/catch.hpp>

using namespace kartei::tools::service;

namespace {

const std::string type = "multipart/form-data; boundary=XX";

// A part whose header and content are these.
std::string part(const std::string& header, const std::string& content) {
    return "--XX\r\n" + header + "\r\n\r\n" + content + "\r\n";
}
std::string file(const std::string& content) {
    return part("Content-Disposition: form-data; name=\"file\"; filename=\"k.csv\"\r\nContent-Type: text/csv", content);
}

FormProblem problemOf(const std::string& contentType, const std::string& body) {
    const auto parts = parseForm(contentType, body);
    REQUIRE_FALSE(parts.has_value());
    return parts.error();
}

FormPart partWith(const std::string& header) {
    const std::string body = part(header, "x") + "--XX--";
    auto parts = parseForm(type, body);
    REQUIRE(parts.has_value());
    REQUIRE(parts->size() == 1);
    return {parts->front().name, parts->front().fileName, {}};
}

}  // namespace

TEST_CASE("A form's parts come as they were sent") {
    const std::string content("a\r\nb--XX\r\n-\r\n--X\r\n\0\xff", 20);
    const std::string body = file(content) + part("content-disposition:form-data;name=mapping", "") + "--XX--\r\n";
    const auto parts = parseForm(type, body);
    REQUIRE(parts.has_value());
    REQUIRE(parts->size() == 2);
    CHECK((*parts)[0].name == "file");
    CHECK((*parts)[0].fileName == "k.csv");
    CHECK((*parts)[0].content == content);
    CHECK((*parts)[1].name == "mapping");
    CHECK((*parts)[1].fileName.empty());
    CHECK((*parts)[1].content.empty());
}

TEST_CASE("A boundary is said in several ways") {
    const std::string body = file("x") + "--XX--";
    CHECK(parseForm("Multipart/Form-Data;Boundary=\"XX\"", body).has_value());
    CHECK(parseForm("multipart/form-data; charset=utf-8 ; boundary=XX ", body).has_value());
    CHECK(problemOf("multipart/form-data", body) == FormProblem::noForm);
    CHECK(problemOf("multipart/form-data; boundary=", body) == FormProblem::noForm);
    CHECK(problemOf("multipart/form-data; boundary=\"XX", body) == FormProblem::noForm);
    CHECK(problemOf("multipart/form-data; boundary=XX; boundary=YY", body) == FormProblem::noForm);
    CHECK(problemOf("multipart/form-data; boundary=" + std::string(71, 'X'), body) == FormProblem::noForm);
    CHECK(problemOf("multipart/mixed; boundary=XX", body) == FormProblem::noForm);
    CHECK(problemOf("text/csv", body) == FormProblem::noForm);
    CHECK(problemOf("", body) == FormProblem::noForm);
}

TEST_CASE("A file's name is without its folders, whichever system wrote them") {
    const auto nameOf = [](const std::string& said) {
        return partWith("Content-Disposition: form-data; name=\"file\"; filename=" + said).fileName;
    };
    CHECK(nameOf("\"kunden.csv\"") == "kunden.csv");
    CHECK(nameOf("kunden.csv") == "kunden.csv");
    CHECK(nameOf("\"../../etc/passwd\"") == "passwd");
    CHECK(nameOf("\"C:\\Kasse\\kunden.csv\"") == "kunden.csv");
    CHECK(nameOf("\"a\\\"b;c.csv\"") == "a\"b;c.csv");
    CHECK(nameOf("\"\"").empty());
    CHECK(partWith("X-Other: 1\r\nContent-Disposition: form-data; name=\"file\"").name == "file");
}

TEST_CASE("A form that was cut off, or is another's, is refused") {
    const std::string body = file("x") + "--XX--";
    for (std::size_t length = 0; length < body.size(); ++length) {
        CAPTURE(length);
        CHECK(problemOf(type, body.substr(0, length)) == FormProblem::notClosed);
    }
    CHECK(problemOf(type, body + "and more") == FormProblem::notClosed);
    CHECK(problemOf(type, "before\r\n" + body) == FormProblem::notClosed);
    CHECK(problemOf("multipart/form-data; boundary=X", body) == FormProblem::notClosed);
    CHECK(problemOf("multipart/form-data; boundary=YY", body) == FormProblem::notClosed);
    CHECK(parseForm(type, "--XX--").value().empty());
}

TEST_CASE("A part says its name, once") {
    for (const std::string header :
         {"Content-Type: text/csv", "Content-Disposition: form-data", "Content-Disposition: form-data; name=\"\"",
          "Content-Disposition: attachment; name=\"file\"", "Content-Disposition: form-data; name=\"file",
          "Content-Disposition: form-data; name=\"file\" x", "Content-Disposition: form-data; name=a; name=b",
          "Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b", "no colon", ""}) {
        CAPTURE(header);
        CHECK(problemOf(type, part(header, "x") + "--XX--") == FormProblem::badPart);
    }
    std::string many;
    for (int i = 0; i < 65; ++i) many += file("x");
    CHECK(problemOf(type, many + "--XX--") == FormProblem::tooMany);
}
