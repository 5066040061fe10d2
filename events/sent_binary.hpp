#pragma once
// Events as senders hand them over in binary: `Sent` messages of event.capnp, one after the other, each framed as Cap'n
// Proto frames a stream of messages (https://capnproto.org/encoding.html#serialization-over-a-stream), unpacked.
//
// What such an event may say is what a CloudEvent in JSON may say: it is read as one, so that no rule is kept twice.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "events/cloud_event.hpp"

namespace kartei::events {

// Gives the messages of `stream` in their order, each as the CloudEvent in JSON that says the same, until `take`
// returns false. What comes back is the trouble with a message that cannot be read, with its number from 1; nothing
// where there was none.
struct UnreadableMessage {
    std::size_t number = 0;
    std::string trouble;
};
std::optional<UnreadableMessage> readSentStream(std::string_view stream,
                                                const std::function<bool(std::string json)>& take);

// The message for an event: for clients, and for tests.
std::string writeSent(const SentEvent& event);

}  // namespace kartei::events
