// Signed notes, checkpoints and receipts.

#include <catch2/catch.hpp>

#include "ledger/checkpoint.hpp"

using namespace kartei::ledger;

namespace {

// The example of the format's first implementation (Go's golang.org/x/mod/sumdb/note), whose key everybody knows.
constexpr const char* peter = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr const char* note =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

SecretSeed seed(unsigned char fill) {
    SecretSeed bytes{};
    bytes.fill(fill);
    return bytes;
}

Receipt receipt(const NoteSigner& signer) {
    std::vector<Hash> leaves;
    TreeEdge edge;
    for (int i = 0; i < 6; ++i) {
        leaves.push_back(leafHash(std::to_string(i)));
        edge.add(leaves.back(), {});
    }
    const TileReader tiles = [&](const TileName& name) { return edge.partial(name.level); };
    const Checkpoint checkpoint{signer.verifier().name(), {edge.size(), edge.root()}};
    return {"4", 4, inclusionProof(4, 6, tiles), signer.sign(checkpoint.text())};
}

}  // namespace

TEST_CASE("A note that others signed is opened, and not when a byte of it is changed") {
    const auto verifier = NoteVerifier::parse(peter);
    REQUIRE(verifier);
    CHECK(verifier->text() == peter);
    const std::string whole = note;
    REQUIRE(verifier->open(whole));
    CHECK(*verifier->open(whole) == whole.substr(0, whole.find("\n\n") + 1));
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        INFO(at);
        CHECK_FALSE(verifier->open(changed));
        CHECK_FALSE(verifier->open(whole.substr(0, at)));
    }
}

TEST_CASE("A verifier's key that is not well formed is none") {
    for (const auto* bad : {"", "PeterNeumann", "PeterNeumann+c74f20a3", "PeterNeumann+c74f20a3+",
                            "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                            "PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
                            "PeterNeumann+c74f20a3+AxpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"}) {
        CHECK_FALSE(NoteVerifier::parse(bad));
    }
}

TEST_CASE("What one signs, its verifier opens, beside the signatures of others, and no other's verifier") {
    const NoteSigner one("kartei.example/one", seed(1));
    const NoteSigner two("kartei.example/two", seed(2));
    const NoteSigner impostor("kartei.example/one", seed(3));
    const std::string text = "first\nsecond\n";
    const auto byOne = one.sign(text);
    CHECK(one.verifier().open(byOne) == text);
    CHECK_FALSE(two.verifier().open(byOne));
    CHECK_FALSE(impostor.verifier().open(byOne));
    const auto both = byOne + two.sign(text).substr(text.size() + 1);
    CHECK(one.verifier().open(both) == text);
    CHECK(two.verifier().open(both) == text);
}

TEST_CASE("A checkpoint is its three lines and no other's") {
    const NoteSigner signer("kartei.example/salon", seed(1));
    const Checkpoint checkpoint{"kartei.example/salon", {42, leafHash("x")}};
    CHECK(Checkpoint::parse(checkpoint.text()) == checkpoint);
    CHECK(Checkpoint::parse(checkpoint.text() + "an extension\n") == checkpoint);
    CHECK(openCheckpoint(signer.sign(checkpoint.text()), signer.verifier()) == checkpoint);
    auto foreign = checkpoint;
    foreign.origin = "kartei.example/other";
    CHECK_FALSE(openCheckpoint(signer.sign(foreign.text()), signer.verifier()));
    for (const auto* bad :
         {"", "o\n", "o\n1\n", "\n1\n", "o\n01\nAAAA\n", "o\n-1\n", "o\n1\nAAAA\n", "o\n1 \nAAAA\n"}) {
        CHECK_FALSE(Checkpoint::parse(bad));
    }
}

TEST_CASE("A receipt proves its entry, and with any byte changed it proves nothing") {
    const NoteSigner signer("kartei.example/salon", seed(1));
    const auto whole = receipt(signer);
    CHECK(isProof(whole, signer.verifier()));
    const auto text = whole.text();
    const auto read = Receipt::parse(text);
    REQUIRE(read);
    CHECK(read->text() == text);
    CHECK(isProof(*read, signer.verifier()));
    for (std::size_t at = 0; at < text.size(); ++at) {
        auto changed = text;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        const auto forged = Receipt::parse(changed);
        INFO(at << " " << text[at]);
        CHECK_FALSE((forged && isProof(*forged, signer.verifier())));
        const auto cut = Receipt::parse(text.substr(0, at));
        CHECK_FALSE((cut && isProof(*cut, signer.verifier())));
    }
}
