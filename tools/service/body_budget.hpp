#pragma once
// How much memory all request bodies may take together that are large enough to be looked at first.
//
// How it works: a body is charged for as it grows, not for what it says that it will be, and gives back what it took
// when its request is answered. Strangers have a part of their own, so that they take nothing from who has a token.
//
// Threads: that of the io_context alone.

#include <cstddef>

namespace kartei::tools::service {

class BodyBudget {
public:
    explicit BodyBudget(std::size_t bytes) : left_(bytes) {}

    // What one body has taken, given back on destruction.
    class Charge {
    public:
        Charge() = default;
        ~Charge() {
            if (budget_ != nullptr) budget_->left_ += taken_;
        }
        Charge(const Charge&) = delete;
        Charge& operator=(const Charge&) = delete;

        void takeFrom(BodyBudget& budget) { budget_ = &budget; }
        // False: so much is not left.
        [[nodiscard]] bool growTo(std::size_t bytes) {
            if (budget_ == nullptr || bytes <= taken_) return true;
            const auto more = bytes - taken_;
            if (more > budget_->left_) return false;
            budget_->left_ -= more;
            taken_ = bytes;
            return true;
        }

    private:
        BodyBudget* budget_ = nullptr;
        std::size_t taken_ = 0;
    };

private:
    std::size_t left_;
};

}  // namespace kartei::tools::service
