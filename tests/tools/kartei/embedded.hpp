#pragma once
// The business `salon` of a data directory of a test's own, as a program that embeds Kartei opens it.

#include <memory>

#include "tests/support/test_ledger.hpp"
#include "tools/kartei/embedded_operations.hpp"

namespace kartei::testing {

struct Embedded {
    TemporaryDirectory temporary;
    std::unique_ptr<tools::Operations> operations = *tools::openEmbedded({temporary.path() / "data",
                                                                          events::BusinessName::trusted("salon"),
                                                                          "tester",
                                                                          ledger::Opening::create,
                                                                          {},
                                                                          masterKey(),
                                                                          temporary.path() / "anchor"});
};

}  // namespace kartei::testing
