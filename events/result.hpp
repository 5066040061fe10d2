#pragma once
// The one result type of the project: a value, or why there is none.
//
// Refusals by a rule and bad input are ordinary outcomes and come back in a Result. Exceptions are for what
// nobody can go on from (a disk that fails, a log that does not fit its tree); see ledger/failure.hpp.

#include <tl/expected.hpp>

namespace kartei {

template <class Value, class Problem>
using Result = tl::expected<Value, Problem>;

template <class Problem>
auto failed(Problem problem) {
    return tl::unexpected<Problem>(std::move(problem));
}

}  // namespace kartei
