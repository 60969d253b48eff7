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

TEST_CASE("columns of a terminal are counted, not characters") {
    CHECK(text::columns("") == 0);
    CHECK(text::columns("points") == 6);
    CHECK(text::columns("500 포인트") == 10);
    CHECK(text::columns("카드, 「1화」") == 13);
    CHECK(text::columns("ｆｕｌｌ") == 8);
    CHECK(text::columns("🎉✅") == 4);
    CHECK(text::columns("e\u0301t\u00e9") == 3);
    CHECK(text::columns("\u1112\u1161\u11ab") == 2);  // 한, in its three parts
    CHECK(text::columns("–…") == 2);
    // What is no UTF-8 is shown as something, byte for byte.
    CHECK(text::columns("\xff\xed\x95") == 2);
}

TEST_CASE("a beginning that fits has whole characters") {
    CHECK(text::first_columns("포인트", 6) == "포인트");
    CHECK(text::first_columns("포인트", 5) == "포인");
    CHECK(text::first_columns("포인트", 1) == "");
    CHECK(text::first_columns("e\u0301t", 1) == "e\u0301");
    CHECK(text::first_columns("points", 3) == "poi");
    CHECK(text::first_columns("", 3) == "");
}
