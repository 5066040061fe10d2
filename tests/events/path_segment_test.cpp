#include "events/path_segment.hpp"

#include <catch2/catch.hpp>

using kartei::events::holdsControls;
using kartei::events::isPathSegment;

TEST_CASE("A segment of a path is no other's, and no way out") {
    for (const auto* segment : {"a", "till 1", "...", ".a", "ö", "%2f", "a+b"}) {
        CAPTURE(segment);
        CHECK(isPathSegment(segment));
    }
    for (const auto* other : {"", ".", "..", "a/b", "/", "a\\b", "a\nb", "\x7f"}) {
        CAPTURE(other);
        CHECK_FALSE(isPathSegment(other));
    }
    CHECK_FALSE(isPathSegment({"a\0b", 3}));
    CHECK(holdsControls({"a\0b", 3}));
    CHECK(holdsControls("\x7f"));
    CHECK_FALSE(holdsControls("../a\\b ö"));
}
