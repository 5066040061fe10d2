#include "adapters/foreign_json.hpp"

#include <utility>

namespace kartei::adapters {

Result<rapidjson::Document, WebhookProblem> parseForeign(std::string_view body) {
    auto document = events::parseJson(body);
    if (!document) return failed(WebhookProblem{WebhookProblemKind::malformed, document.error().text()});
    if (events::hasDoubleMember(*document))
        return failed(WebhookProblem{WebhookProblemKind::malformed, "An object has a member twice."});
    return std::move(*document);
}

Foreign::Foreign(const rapidjson::Value* value, std::string path, ForeignTrouble& trouble)
    : value_(value != nullptr && value->IsNull() ? nullptr : value), path_(std::move(path)), trouble_(&trouble) {}

Foreign Foreign::operator[](const char* member) const {
    std::string path = path_.empty() ? member : path_ + "." + member;
    if (value_ == nullptr) return {nullptr, std::move(path), *trouble_};
    if (!value_->IsObject()) {
        fail("must be an object");
        return {nullptr, std::move(path), *trouble_};
    }
    const auto found = value_->FindMember(member);
    return {found == value_->MemberEnd() ? nullptr : &found->value, std::move(path), *trouble_};
}

std::optional<std::string> Foreign::textOrNothing() const {
    if (value_ == nullptr || !value_->IsString()) return std::nullopt;
    return std::string(value_->GetString(), value_->GetStringLength());
}

std::optional<std::string> Foreign::text() const {
    auto text = textOrNothing();
    if (value_ != nullptr && !text) fail("must be a text");
    return text;
}

std::optional<bool> Foreign::flag() const {
    if (value_ == nullptr) return std::nullopt;
    if (value_->IsBool()) return value_->GetBool();
    fail("must be true or false");
    return std::nullopt;
}

std::optional<events::Time> Foreign::time() const {
    const auto said = text();
    if (!said) return std::nullopt;
    const auto time = events::Time::parse(*said);
    if (!time) fail("must be a time such as 2026-03-14T09:30:00Z");
    return time;
}

std::optional<std::int64_t> Foreign::number(std::int64_t least, std::int64_t most) const {
    if (value_ == nullptr) return std::nullopt;
    if (value_->IsInt64() && value_->GetInt64() >= least && value_->GetInt64() <= most) return value_->GetInt64();
    fail("must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return std::nullopt;
}

std::vector<Foreign> Foreign::items() const {
    std::vector<Foreign> items;
    if (value_ == nullptr) return items;
    if (!value_->IsArray()) {
        fail("must be a list");
        return items;
    }
    items.reserve(value_->Size());
    for (const auto& item : value_->GetArray())
        items.emplace_back(&item, path_ + "[" + std::to_string(items.size()) + "]", *trouble_);
    return items;
}

std::string Foreign::requiredText() const {
    auto said = text();
    if (!said || said->empty()) fail("is missing");
    return std::move(said).value_or("");
}

events::Time Foreign::requiredTime() const {
    const auto said = time();
    if (!said) fail("is missing");
    return said.value_or(events::Time());
}

std::int64_t Foreign::requiredNumber(std::int64_t least, std::int64_t most) const {
    const auto said = number(least, most);
    if (!said) fail("is missing");
    return said.value_or(least);
}

events::ItemName Foreign::requiredItem() const {
    const auto id = requiredText();
    auto item = events::ItemName::parse(id);
    if (!item || id.find('/') != std::string::npos) fail("is no id that can be kept: letters, digits and ._~-");
    return std::move(item).value_or(events::ItemName());
}

events::RecordName recordIn(const events::SourceName& source, const std::string& id, const Foreign& where) {
    auto record = events::RecordName::parse(source.text() + "/" + id);
    if (!record) where.fail("is no id that can be kept: letters, digits and ._~-");
    return std::move(record).value_or(events::RecordName());
}

}  // namespace kartei::adapters
