#pragma once
// CloudEvents, one JSON object a line, as `append` takes them.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/cloud_event.hpp"

namespace kartei::tools {

// The Cap'n Proto messages of a stream as such lines, a line a message. What is wrong with the first that cannot be
// read, where there is one.
std::optional<std::string> toLines(std::string_view messages, std::string& lines);

// The first line that is no event, with what is wrong with it: "line 3: data.email: must be a text". Blank lines are
// left out, but counted. `line`: what its sender calls a line; "message" where `toLines` made it of one.
// `look` gets each event before.
std::optional<std::string> findMalformedLine(std::string_view text, const std::string& line,
                                             const std::function<void(const events::SentEvent&)>& look);

// Gives the events of well-formed lines in their order, in batches no larger than one append may be.
void forEachBatch(std::string_view text, const std::function<void(std::vector<events::SentEvent>)>& take);

}  // namespace kartei::tools
