#pragma once
// The one door to the adapters that take what other systems send by themselves, as signed webhooks: `standard`,
// `square`, `calcom`, `sendgrid`. docs/webhooks.md says what each makes of what.
//
// A delivery is read in two steps. Its signature is checked over the bytes as they came, in constant time, and where
// the sender signs the time too, how old it is. Then it is translated to events, which carry ids that follow from the
// sender's own: the same delivery again makes the same events, which the ledger knows.
//
// Deliveries come more than once and in any order. Where the order matters, it is made out by the sender's versions and
// times. What an adapter must know for that of what came before it asks through `Lookups`; so the deliveries of one
// adapter and business are read and recorded one after the other.
//
// Threads: everything here is a pure function of what it is given.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/cloud_event.hpp"
#include "events/names.hpp"
#include "events/result.hpp"
#include "events/time.hpp"

namespace kartei::adapters {

enum class WebhookProblemKind {
    unknownAdapter,  // there is no adapter of this name
    notSigned,       // the headers that carry the signature are not there, or are not well-formed
    badSignature,    // nobody who has one of the keys has signed this
    stale,           // signed, but too long ago, or in the future
    malformed,       // signed, but not what this sender sends
};

// `text`: a sentence for people. It names members and rules, never a value.
struct WebhookProblem {
    WebhookProblemKind kind{};
    std::string text;
    bool operator==(const WebhookProblem&) const = default;
};

// What was agreed with the sender.
struct WebhookSettings {
    events::SourceName source;      // that the facts are from
    std::vector<std::string> keys;  // secrets, of sendgrid public keys; several while one is being replaced
    std::string url;                // square: where it delivers to, as it was told; part of what it signs
    std::int64_t tolerance = 300;   // seconds that a signed time may be off; standard and sendgrid
    // That people agreed to the transfer (DESIGN §5); square imports its customers by it.
    std::optional<events::Declaration> declaration;
};

struct WebhookMessage {
    const std::map<std::string, std::string>& headers;  // names in lower case
    std::string_view body;                              // as it came, byte by byte

    // Empty where it is not there.
    [[nodiscard]] std::string_view header(const std::string& name) const;
};

// What the ledger says of a record by itself, without any join.
struct KnownRecord {
    enum class State { none, there, deleted };
    State state = State::none;
    events::Attributes own;  // what it last said of each field; of one that is none, what was said early
};

struct KnownCheckout {
    events::RecordName record;
    std::optional<events::Money> total;  // nothing: it was erased
    enum class State { inForce, reversed };
    State state = State::inForce;
};

struct KnownNote {
    events::NoteFiled note;
    events::Time time;  // when it happened
};

struct KnownAppointmentFact {
    events::RecordName record;  // that it was sent for
    events::Time time;          // when it happened
    events::Body data;          // booked, rescheduled, cancelled, missed or missedCleared
};

// What an adapter may ask the ledger. Names are full ones: `square/…`.
struct Lookups {
    // The id of a record whose natural key is personal: see Naming (import_row.hpp).
    std::function<std::string(std::string_view naturalKey)> tokenOf;
    std::function<KnownRecord(const events::RecordName& record)> recordOf;
    std::function<std::optional<KnownCheckout>(const events::ItemName& receipt)> checkoutOf;
    // Notes that were filed for the record, be it one or not.
    std::function<std::vector<KnownNote>(const events::RecordName& record)> notesOf;
    // What is known of the appointment, whoever it was sent for, in order of time; but for what was erased.
    std::function<std::vector<KnownAppointmentFact>(const events::ItemName& appointment)> factsOf;
};

// The events that follow from a delivery, in order. None where it says nothing about a customer.
using Delivery = std::vector<events::SentEvent>;

// A delivery whose signature is right. There is no other way to one. The settings and the body must outlive it.
class SignedWebhook {
public:
    // Makes events of it. Problem: malformed.
    [[nodiscard]] Result<Delivery, WebhookProblem> read(const Lookups& lookups) const;

private:
    using Translate = Result<Delivery, WebhookProblem> (*)(const WebhookSettings&, std::string_view, const Lookups&);
    SignedWebhook(const WebhookSettings& settings, std::string_view body, Translate translate)
        : settings_(&settings), body_(body), translate_(translate) {}
    friend Result<SignedWebhook, WebhookProblem> checkWebhook(std::string_view adapter, const WebhookSettings& settings,
                                                              const WebhookMessage& message, events::Time now);

    const WebhookSettings* settings_;
    std::string_view body_;
    Translate translate_;
};

// Checks who signed it; needs nothing from the ledger. `now`: to judge how old a signature is.
// Problems: all but malformed.
Result<SignedWebhook, WebhookProblem> checkWebhook(std::string_view adapter, const WebhookSettings& settings,
                                                   const WebhookMessage& message, events::Time now);

bool isWebhookAdapter(std::string_view adapter);

// What is wrong with the settings for that adapter, as a sentence without any value of them; nothing where all is well.
std::optional<std::string> wrongSetting(std::string_view adapter, const WebhookSettings& settings);

}  // namespace kartei::adapters
