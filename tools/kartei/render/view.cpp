#include "tools/kartei/render/view.hpp"

#include <stdexcept>

namespace kartei::tools::render {

View View::operator[](std::string_view member) const {
    if (value_ == nullptr || !value_->IsObject()) return View(nullptr);
    const rapidjson::Value name(rapidjson::StringRef(member.data(), member.size()));
    const auto found = value_->FindMember(name);
    return View(found == value_->MemberEnd() ? nullptr : &found->value);
}

std::string View::text() const {
    if (!*this) return {};
    if (value_->IsString()) return {value_->GetString(), value_->GetStringLength()};
    if (value_->IsBool()) return value_->GetBool() ? "yes" : "no";
    if (value_->IsInt64()) return std::to_string(value_->GetInt64());
    if (value_->IsUint64()) return std::to_string(value_->GetUint64());
    if (value_->IsNumber()) return std::to_string(value_->GetDouble());
    std::string text;
    const auto add = [&text](const std::string& part) { text.append(text.empty() ? "" : ", ").append(part); };
    each([&](View item) { add(item.text()); });
    eachMember([&](const std::string& name, View value) { add(name + ": " + value.text()); });
    return text;
}

std::optional<std::int64_t> View::number() const {
    if (value_ == nullptr || !value_->IsInt64()) return std::nullopt;
    return value_->GetInt64();
}

rapidjson::Document parsed(std::string_view body) {
    rapidjson::Document document;
    document.Parse(body.data(), body.size());
    if (document.HasParseError()) throw std::runtime_error("the answer is not JSON");
    return document;
}

}  // namespace kartei::tools::render
