#include "ledger/sealing.hpp"

#include <catch2/catch.hpp>

#include "ledger/key_cache.hpp"
#include "ledger/master_key.hpp"

using namespace kartei::ledger;

TEST_CASE("A sealed text opens only with its key and what it belongs to, and only unchanged") {
    const auto key = randomKey();
    const auto sealed = seal(key, "Anna Lehmann", "record 1");
    CHECK(sealed.size() == 40 + 12);
    CHECK(sealed.find("Anna") == std::string::npos);
    CHECK(unseal(key, sealed, "record 1") == "Anna Lehmann");
    CHECK_FALSE(unseal(randomKey(), sealed, "record 1"));
    CHECK_FALSE(unseal(key, sealed, "record 2"));
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        auto changed = sealed;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        CHECK_FALSE(unseal(key, changed, "record 1"));
    }
    CHECK_FALSE(unseal(key, sealed.substr(0, 39), "record 1"));
    CHECK_FALSE(unseal(key, "", "record 1"));
    CHECK(seal(key, "Anna Lehmann", "record 1") != sealed);
    CHECK(unseal(key, seal(key, "", ""), "") == "");
}

TEST_CASE("Keys for different uses, and of different secrets, differ") {
    const auto secret = randomKey();
    CHECK(derivedKey(secret, "a") == derivedKey(secret, "a"));
    CHECK(derivedKey(secret, "a") != derivedKey(secret, "b"));
    CHECK(derivedKey(secret, "a") != derivedKey(randomKey(), "a"));
    CHECK(randomKey() != randomKey());
}

TEST_CASE("A master key is 64 hexadecimal digits, and opens only what it wrapped, in its place") {
    const auto key = MasterKey::generate();
    const auto text = key.text();
    CHECK(text.size() == 64);
    CHECK(MasterKey::parse(text)->text() == text);
    CHECK(MasterKey::parse(" " + text + "\n")->text() == text);
    CHECK_FALSE(MasterKey::parse(text.substr(1)));
    CHECK_FALSE(MasterKey::parse(text + "0"));
    CHECK_FALSE(MasterKey::parse("x" + text.substr(1)));
    CHECK_FALSE(MasterKey::parse(""));

    const auto wrapped = key.wrap("secret", "row 1");
    CHECK(key.unwrap(wrapped, "row 1") == "secret");
    CHECK_FALSE(key.unwrap(wrapped, "row 2"));
    CHECK_FALSE(MasterKey::generate().unwrap(wrapped, "row 1"));
}

TEST_CASE("A key that was looked up before the cache was cleared does not come back") {
    KeyCache cache(16);
    const auto key = randomKey();
    cache.keep("a", key, cache.clearings());
    CHECK(cache.find("a") == key);
    CHECK_FALSE(cache.find("b"));
    const auto before = cache.clearings();
    cache.clear();
    CHECK_FALSE(cache.find("a"));
    cache.keep("a", key, before);
    CHECK_FALSE(cache.find("a"));
    cache.keep("a", key, cache.clearings());
    CHECK(cache.find("a") == key);
}
