#include "report/sheet.hpp"

#include <doctest/doctest.h>

using namespace pay::report;

namespace {

const Sheets sheets{
    {"days",
     {"day", "method", "net"},
     {{"2026-03-02", "card", std::int64_t{1234}}, {"2026-03-03", "카드, \"kb\"", std::int64_t{-5}}}
    },
    {"empty", {"name", "points"}, {}},
};

}  // namespace

TEST_CASE("a report as CSV") {
    CHECK(
        show(sheets, Format::csv) ==
        "day,method,net\r\n"
        "2026-03-02,card,1234\r\n"
        "2026-03-03,\"카드, \"\"kb\"\"\",-5\r\n"
        "\r\n"
        "name,points\r\n"
    );
}

TEST_CASE("a report as JSON") {
    CHECK(
        show(sheets, Format::json) ==
        R"({"days":[{"day":"2026-03-02","method":"card","net":1234},)"
        R"({"day":"2026-03-03","method":"카드, \"kb\"","net":-5}],"empty":[]})"
        "\n"
    );
}
