#include "events/base64.hpp"

#include <catch2/catch.hpp>

using namespace kartei::events;

TEST_CASE("Base64 is read to its last letter, or not at all") {
    for (const auto& [bytes, text] : {std::pair("", ""), {"f", "Zg=="}, {"fo", "Zm8="}, {"foobar", "Zm9vYmFy"}}) {
        CHECK(toBase64(bytes) == text);  // RFC 4648 §10
        CHECK(fromBase64(text) == bytes);
    }
    CHECK(fromBase64(toBase64(std::string("\0\xff+/", 4))) == std::string("\0\xff+/", 4));
    for (const auto* wrong : {"Zg", "Zg=", "Zg===", "Zg==\n", "Zm9v YmFy", "Zm-_", "Z"}) {
        CAPTURE(wrong);
        CHECK_FALSE(fromBase64(wrong));
    }
}
