// An event that was ever written reads for ever. samples/v1 keeps entries of the first format as they were encoded
// once, each beside the event that it is; docs/testing.md says how one is added.

#include <capnp/dynamic.h>
#include <capnp/serialize.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <fstream>
#include <set>

#include "events/cloud_event.hpp"
#include "ledger/entry_sealing.hpp"
#include "tests/support/files.hpp"
#include "tests/support/hex_dump.hpp"
#include "tests/support/test_ledger.hpp"

using namespace kartei;
using namespace kartei::events;
using testing::contentOf;

namespace {

namespace fs = std::filesystem;

const fs::path samples = testing::testsFolder() / "events" / "samples" / "v1";
const Position position(7);
constexpr std::uint32_t businessNumber = 1;

// The entry beside the JSON of a sample.
fs::path entryOf(const fs::path& sample) { return fs::path(sample).replace_extension(".entry"); }

std::vector<fs::path> filesEndingWith(const char* extension) {
    std::vector<fs::path> files;
    for (const auto& file : fs::directory_iterator(samples)) {
        if (file.path().extension() == extension) files.push_back(file.path());
    }
    return files;
}

Token tokenFrom(const std::string& hex) {
    Token token;
    const auto bytes = testing::bytesOfHex(hex);
    REQUIRE(bytes.size() == token.bytes.size());
    std::copy(bytes.begin(), bytes.end(), token.bytes.begin());
    return token;
}

// What the JSON of a sample says: the event, and how its entry is sealed.
struct Sample {
    Event event;
    PartKey key = PartKey::NONE;
    std::uint16_t fiscalYear = 0;
};

PartKey keyNamed(const std::string& name) {
    const auto enumerant = capnp::Schema::from<PartKey>().getEnumerantByName(name.c_str());
    return static_cast<PartKey>(enumerant.getOrdinal());
}

Sample sampleIn(const fs::path& file) {
    auto document = parseJson(contentOf(file).value());
    REQUIRE(document);
    JsonReading reading;
    const JsonValue root{*document, reading};
    JsonObject object(root);
    Sample sample;
    Event& event = sample.event;
    std::string id, digest, type, key = "none";
    std::uint64_t year = 0;
    object.required("id", id);
    object.required("digest", digest);
    object.required("source", event.source);
    object.required("type", type);
    object.optional("subject", event.subject);
    object.optional("addressed", event.addressed);
    object.required("time", event.time);
    object.required("recordedtime", event.recordedTime);
    object.required("actor", event.actor);
    object.optional("onbehalfof", event.onBehalfOf);
    object.required("role", event.role);
    object.optional("cursor", event.cursor);
    object.optional("key", key);
    object.optional("fiscalYear", year);
    const auto* data = object.take("data");
    REQUIRE(data != nullptr);
    CHECK(readBody(type, JsonValue{*data, reading}, event.data));
    object.finish();
    INFO((reading.problem() ? reading.problem()->text() : ""));
    REQUIRE_FALSE(reading.problem());
    event.position = position;
    event.id = tokenFrom(id);
    event.digest = tokenFrom(digest);
    sample.key = keyNamed(key);
    sample.fiscalYear = static_cast<std::uint16_t>(year);
    return sample;
}

// Everything that an event says.
std::string shown(const Event& event) {
    rapidjson::StringBuffer buffer;
    JsonWriter out(buffer);
    writeCloudEvent(out, event);
    return buffer.GetString() + (" digest " + toHex(event.digest)) + " role " + std::string(toText(event.role));
}

// What samples are sealed with, whichever key their entries name.
ledger::SecretKey secretKey() {
    ledger::SecretKey key{};
    key.fill(0x5a);
    return key;
}

ledger::BusinessIdentity identity() {
    ledger::BusinessIdentity made;
    made.number = businessNumber;
    made.dataKey = secretKey();
    return made;
}

// Opens samples as the ledger opens its entries, from a vault in which all keys are the one.
class Opener final : public PartOpener {
public:
    [[nodiscard]] std::optional<std::string> sealed(const Event& event, PartKey key,
                                                    std::string_view part) const override {
        if (event.subject) put(vault_.rowOf(*event.subject));
        put(vault_.rowOf(event.position));
        return sealing_.sealed(event, key, part);
    }
    [[nodiscard]] std::optional<std::string> fiscal(const Event& event, std::uint16_t year,
                                                    std::string_view part) const override {
        put(vault_.rowOfYear(year));
        return sealing_.fiscal(event, year, part);
    }

private:
    void put(const ledger::KeyRow& row) const {
        const auto key = secretKey();
        const auto wrapped = directory_.masterKey().wrap(std::string(key.begin(), key.end()), row);
        ledger::require(directory_.database().Put({}, directory_.keys(), row, wrapped), "Cannot put a key");
    }

    testing::TemporaryDirectory temporary_;
    ledger::DataDirectory directory_{temporary_.path() / "data", testing::masterKey()};
    ledger::KeyVault vault_{directory_, identity()};
    ledger::EntrySealing sealing_{vault_, businessNumber};
};

// The entry of a sample. What is sealed along with a part is written out once more, as ledger/entry_sealing.cpp has it:
// entries that are stored do not follow when that is changed.
std::string encoded(const Sample& sample) {
    auto body = encodeBody(sample.event.data);
    const std::string associated = std::string("\0\0\0\1", 4) + std::string(sample.event.id.view()) +
                                   std::string(typeName(sample.event.data)) + '\0' +
                                   (sample.event.subject ? sample.event.subject->text() : "");
    body.key = sample.key;
    body.fiscalYear = sample.fiscalYear;
    if (body.key != PartKey::NONE) body.sealed = ledger::seal(secretKey(), body.sealed, associated);
    if (body.fiscalYear != 0) body.fiscal = ledger::seal(secretKey(), body.fiscal, associated);
    return encode(sample.event, body);
}

std::string nameOf(capnp::StructSchema::Field field) {
    return std::string(field.getContainingStruct().getShortDisplayName().cStr()) + "." +
           field.getProto().getName().cStr();
}
std::string nameOf(capnp::EnumSchema::Enumerant word) {
    return std::string(word.getContainingEnum().getShortDisplayName().cStr()) + "." + word.getProto().getName().cStr();
}

// The names of all fields below a struct, and of all words of enumerations but the first, which is what is read where
// nothing was written.
void addAll(capnp::StructSchema schema, std::set<std::string>& names) {
    for (const auto field : schema.getFields()) {
        if (!names.insert(nameOf(field)).second) continue;
        auto type = field.getType();
        if (type.isList()) type = type.asList().getElementType();
        if (type.isStruct()) addAll(type.asStruct(), names);
        if (!type.isEnum()) continue;
        for (const auto word : type.asEnum().getEnumerants()) {
            if (word.getOrdinal() != 0) names.insert(nameOf(word));
        }
    }
}

// The names of those that were written.
void addWritten(const capnp::DynamicValue::Reader& value, std::set<std::string>& names) {
    if (value.getType() == capnp::DynamicValue::LIST) {
        for (const auto item : value.as<capnp::DynamicList>()) addWritten(item, names);
    } else if (value.getType() == capnp::DynamicValue::ENUM) {
        KJ_IF_MAYBE (word, value.as<capnp::DynamicEnum>().getEnumerant()) names.insert(nameOf(*word));
    } else if (value.getType() == capnp::DynamicValue::STRUCT) {
        const auto in = value.as<capnp::DynamicStruct>();
        for (const auto field : in.getSchema().getFields()) {
            const bool ofUnion = field.getProto().getDiscriminantValue() != capnp::schema::Field::NO_DISCRIMINANT;
            if (!in.has(field, ofUnion ? capnp::HasMode::NON_NULL : capnp::HasMode::NON_DEFAULT)) continue;
            names.insert(nameOf(field));
            addWritten(in.get(field), names);
        }
    }
}

std::vector<capnp::word> wordsOf(std::string_view bytes) {
    std::vector<capnp::word> words(bytes.size() / sizeof(capnp::word));
    std::memcpy(words.data(), bytes.data(), bytes.size());
    return words;
}

// The names of what an entry says, in all parts that are not sealed.
void addWrittenIn(const std::string& bytes, std::set<std::string>& names) {
    const auto words = wordsOf(bytes);
    capnp::FlatArrayMessageReader message(kj::arrayPtr(words.data(), words.size()));
    const auto entry = message.getRoot<wire::Entry>();
    addWritten(entry, names);
    const auto addPart = [&names](capnp::Data::Reader part) {
        if (part.size() == 0) return;
        const auto partWords = wordsOf({reinterpret_cast<const char*>(part.begin()), part.size()});
        capnp::FlatArrayMessageReader body(kj::arrayPtr(partWords.data(), partWords.size()));
        addWritten(body.getRoot<wire::Body>(), names);
    };
    addPart(entry.getClear());
    if (entry.getKey() == PartKey::NONE) addPart(entry.getSealed());
    if (entry.getFiscalYear() == 0) addPart(entry.getFiscal());
}

template <std::size_t... types>
std::set<std::string> typeNames(std::index_sequence<types...> /*types*/) {
    return {std::string(typeName(Body(std::in_place_index<types>)))...};
}

std::vector<std::string> missing(const std::set<std::string>& wanted, const std::set<std::string>& found) {
    std::vector<std::string> names;
    std::set_difference(wanted.begin(), wanted.end(), found.begin(), found.end(), std::back_inserter(names));
    return names;
}
const std::vector<std::string> none;

}  // namespace

TEST_CASE("Every entry that was ever written reads as what it said") {
    const Opener opener;
    const auto files = filesEndingWith(".entry");
    REQUIRE_FALSE(files.empty());
    for (const auto& file : files) {
        INFO(file.filename().string());
        const auto said = sampleIn(fs::path(file).replace_extension(".json")).event;
        const auto read = decode(testing::bytesOfHexDump(contentOf(file).value()), position, opener);
        REQUIRE(read);
        CHECK(shown(*read) == shown(said));
        CHECK(read->data == said.data);
    }
}

TEST_CASE("There is an entry that was once written of every type of event, with every field and every word") {
    std::set<std::string> types;
    std::set<std::string> written;
    for (const auto& file : filesEndingWith(".json")) {
        INFO(file.filename().string() + ": its entry is written by kartei-tests \"[write-samples]\"");
        const auto entry = contentOf(entryOf(file));
        REQUIRE(entry);
        types.emplace(typeName(sampleIn(file).event.data));
        addWrittenIn(testing::bytesOfHexDump(*entry), written);
    }
    CHECK(missing(typeNames(std::make_index_sequence<std::variant_size_v<Body>>()), types) == none);
    std::set<std::string> all;
    addAll(capnp::Schema::from<wire::Entry>(), all);
    addAll(capnp::Schema::from<wire::Body>(), all);
    CHECK(missing(all, written) == none);
}

// No test: what a new type or field needs. An entry that is there is never written again.
TEST_CASE("Write the entries of samples that have none", "[.][write-samples]") {
    for (const auto& file : filesEndingWith(".json")) {
        if (fs::exists(entryOf(file))) continue;
        std::ofstream(entryOf(file)) << testing::hexDump(encoded(sampleIn(file)));
        WARN("written: " << entryOf(file).filename().string());
    }
}
