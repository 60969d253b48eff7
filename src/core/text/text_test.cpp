#include "core/text/text.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace pay;

TEST_CASE("characters are counted, not bytes") {
    CHECK(text::characters("") == 0);
    CHECK(text::characters("points") == 6);
    CHECK(text::characters("500 포인트") == 7);
    CHECK(text::characters("🎉") == 1);
}

TEST_CASE("a line is short enough, not blank and free of control characters") {
    std::string longest;
    for (int i = 0; i < 100; ++i) longest += "가";
    CHECK(text::is_line(longest, 100));
    CHECK_FALSE(text::is_line(longest + "가", 100));
    CHECK(text::is_line("1화 – 시작", 100));
    CHECK(text::is_line("\xc2\xa0", 100));
    for (const std::string_view bad : {"", " ", "a\nb", "a\tb", "\x7f", "\xc2\x85", "a\x01"}) {
        CHECK_FALSE(text::is_line(bad, 100));
    }
    CHECK_FALSE(text::is_line(std::string_view("a\0b", 3), 100));
}
