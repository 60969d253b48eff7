#include "core/terminal/table.hpp"

#include <doctest/doctest.h>

#include "core/text/text.hpp"

using namespace pay::terminal;

namespace {

using enum Table::Side;

Table orders() {
    Table table({{"ORDER"}, {"ITEM", left, 2}, {"WON", right}, {"USER", left, 1}});
    table.add({"ord_1", "500 포인트", "5,000", "kim"});
    table.add({"ord_22", "겨울왕국의 마지막 기사 12화", "100", "lee@example.com"});
    return table;
}

Screen wide_as(std::size_t columns) {
    return {.interactive = true, .columns = columns, .rows = 24, .colours = false};
}

}  // namespace

TEST_CASE("a table is as wide as what it shows") {
    const std::string whole =
        "ORDER   ITEM                           WON  USER\n"
        "ord_1   500 포인트                   5,000  kim\n"
        "ord_22  겨울왕국의 마지막 기사 12화    100  lee@example.com\n";
    CHECK(orders().text(Screen{}) == whole);
    CHECK(orders().text(wide_as(200)) == whole);
    Screen narrow_pipe;
    narrow_pipe.columns = 10;
    CHECK(orders().text(narrow_pipe) == whole);
}

TEST_CASE("a narrow terminal cuts what can be spared, the most dispensable first") {
    CHECK(
        orders().text(wide_as(50)) ==
        "ORDER   ITEM                  WON  USER\n"
        "ord_1   500 포인트          5,000  kim\n"
        "ord_22  겨울왕국의 마지막…    100  lee@example.com\n"
    );
    CHECK(
        orders().text(wide_as(32)) ==
        "ORDER   ITEM      WON  USER\n"
        "ord_1   500 …   5,000  kim\n"
        "ord_22  겨울…     100  lee@exam…\n"
    );
    CHECK(
        orders().text(wide_as(24)) ==
        "ORDER     WON  USER\n"
        "ord_1   5,000  kim\n"
        "ord_22    100  lee@e…\n"
    );
    // What is never cut stays whole however narrow it is.
    CHECK(orders().text(wide_as(5)) == "ORDER     WON\nord_1   5,000\nord_22    100\n");
}

TEST_CASE("no line of a table is wider than the terminal, if what stays leaves room") {
    for (std::size_t width = 13; width < 80; ++width) {
        CAPTURE(width);
        std::string_view text;
        const auto shown = orders().text(wide_as(width));
        for (text = shown; !text.empty(); text.remove_prefix(text.find('\n') + 1)) {
            CHECK(pay::text::columns(text.substr(0, text.find('\n'))) <= width);
        }
    }
}

TEST_CASE("notes are broken, not cut; strangers' texts are harmless") {
    Table table({{"RULE"}});
    CHECK(table.empty());
    table.add({"cred\x1b[2Jit"});
    table.note("the order is \n odd");
    CHECK(table.text(Screen{}, 2) == "  RULE\n  cred?[2Jit\n      the order is ? odd\n");
    CHECK(table.text(wide_as(18)) == "RULE\ncred?[2Jit\n    the order is ?\n    odd\n");
    auto coloured = wide_as(80);
    coloured.colours = true;
    CHECK(table.text(coloured).starts_with("\x1b[1mRULE\x1b[0m\n"));
}
