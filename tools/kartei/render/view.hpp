#pragma once
// A look at a JSON answer that forgives what is missing: an absent member is an empty view, whose text is empty and
// which has no items. What is drawn for people should show as much as there is, whatever version answered.

#include <rapidjson/document.h>

#include <optional>
#include <string>
#include <string_view>

#include "tools/kartei/terminal/table.hpp"

namespace kartei::tools::render {

class View {
public:
    explicit View(const rapidjson::Value* value) : value_(value) {}

    // The member of an object.
    [[nodiscard]] View operator[](std::string_view member) const;
    // Whether there is a value at all; null is none.
    explicit operator bool() const { return value_ != nullptr && !value_->IsNull(); }
    // Text as it is, numbers in digits, yes and no; lists and maps as "a, b" and "k: v, l: w". Empty where absent.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::optional<std::int64_t> number() const;
    // Whether it is there and true.
    [[nodiscard]] bool yes() const { return value_ != nullptr && value_->IsTrue(); }
    // The number of items of a list; 0 for all else.
    [[nodiscard]] std::size_t size() const { return value_ != nullptr && value_->IsArray() ? value_->Size() : 0; }
    [[nodiscard]] View item(std::size_t index) const {
        return View(&(*value_)[static_cast<rapidjson::SizeType>(index)]);
    }

    // Calls `visit(View)` for each item of a list.
    template <class Visit>
    void each(const Visit& visit) const {
        for (std::size_t i = 0; i < size(); ++i) visit(item(i));
    }
    // Calls `visit(std::string name, View)` for each member of an object.
    template <class Visit>
    void eachMember(const Visit& visit) const {
        if (value_ == nullptr || !value_->IsObject()) return;
        for (const auto& member : value_->GetObject()) {
            visit(std::string(member.name.GetString(), member.name.GetStringLength()), View(&member.value));
        }
    }

private:
    const rapidjson::Value* value_;
};

// An answer, parsed. Throws std::runtime_error where it is not JSON: nobody can go on from that.
rapidjson::Document parsed(std::string_view body);

}  // namespace kartei::tools::render
