#include "tools/kartei/event_lines.hpp"

#include <utility>

#include "events/limits.hpp"
#include "events/sent_binary.hpp"

namespace kartei::tools {

namespace {

// Events that one append takes; enough to share a sync, few enough to answer soon.
constexpr std::size_t batchEvents = 1'000;
static_assert(batchEvents <= limits::batchEvents);

class Lines {
public:
    explicit Lines(std::string_view text) : rest_(text) {
        constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
        if (rest_.starts_with(byteOrderMark)) rest_.remove_prefix(byteOrderMark.size());
    }

    // The next line that is not blank.
    std::optional<std::string_view> next() {
        while (!rest_.empty()) {
            const auto end = rest_.find('\n');
            const auto line = rest_.substr(0, end);
            rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
            ++number_;
            if (line.find_first_not_of(" \t\r") != std::string_view::npos) return line;
        }
        return std::nullopt;
    }
    [[nodiscard]] std::size_t number() const { return number_; }

private:
    std::string_view rest_;
    std::size_t number_ = 0;
};

}  // namespace

std::optional<std::string> toLines(std::string_view messages, std::string& lines) {
    const auto unreadable = events::readSentStream(messages, [&lines](const std::string& json) {
        lines += json;
        lines += '\n';
        return true;
    });
    if (!unreadable) return std::nullopt;
    return "message " + std::to_string(unreadable->number) + ": " + unreadable->trouble;
}

std::optional<std::string> findMalformedLine(std::string_view text, const std::string& line,
                                             const std::function<void(const events::SentEvent&)>& look) {
    Lines lines(text);
    while (const auto json = lines.next()) {
        const auto event = events::readCloudEvent(*json);
        if (!event) return line + " " + std::to_string(lines.number()) + ": " + event.error().text();
        look(*event);
    }
    return std::nullopt;
}

void forEachBatch(std::string_view text, const std::function<void(std::vector<events::SentEvent>)>& take) {
    Lines lines(text);
    std::vector<events::SentEvent> batch;
    std::size_t bytes = 0;
    const auto flush = [&] {
        if (!batch.empty()) take(std::exchange(batch, {}));
        bytes = 0;
    };
    while (const auto line = lines.next()) {
        if (batch.size() == batchEvents || bytes + line->size() > limits::batchBytes) flush();
        bytes += line->size();
        batch.push_back(std::move(*events::readCloudEvent(*line)));
    }
    flush();
}

}  // namespace kartei::tools
