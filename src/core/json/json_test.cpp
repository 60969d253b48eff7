#include <doctest/doctest.h>

#include "core/json/read.hpp"
#include "core/json/write.hpp"

using namespace pay;

namespace {

enum class Colour { red, dark_blue };
BOOST_DESCRIBE_ENUM(Colour, red, dark_blue)

struct Line {
    std::string name;
    std::int64_t quantity = 0;
    friend bool operator==(const Line&, const Line&) = default;
};
BOOST_DESCRIBE_STRUCT(Line, (), (name, quantity))
static_assert(json::whole<Line>);

struct Basket {
    Won amount;
    std::optional<std::string> note;
    Colour colour = Colour::red;
    bool gift = false;
    std::vector<Line> lines;
    std::optional<Line> last;
    friend bool operator==(const Basket&, const Basket&) = default;
};
BOOST_DESCRIBE_STRUCT(Basket, (), (amount, note, colour, gift, lines, last))
static_assert(json::whole<Basket>);

struct Forgetful {
    int a;
    int b;
};
BOOST_DESCRIBE_STRUCT(Forgetful, (), (a))
static_assert(!json::whole<Forgetful>);

Error fault_of(std::string_view text) {
    const auto read = json::read<Basket>(text, json::Unknown::refuse);
    REQUIRE_FALSE(read);
    return read.error();
}

}  // namespace

TEST_CASE("what is written is read back") {
    const Basket basket{
        Won{-5},
        "한글 \"따옴표\"\n\x01\\",
        Colour::dark_blue,
        true,
        {{"가", 9'223'372'036'854'775'807}, {"b", -1}},
        Line{"z", 0}
    };
    const auto text = json::to_text(basket);
    const auto read = json::read<Basket>(text, json::Unknown::refuse);
    REQUIRE(read);
    CHECK(*read == basket);
}

TEST_CASE("an absent or null optional is nothing") {
    const auto read = json::read<Basket>(
        R"({"amount":1,"note":null,"colour":"red","gift":false,"lines":[]})", json::Unknown::refuse
    );
    REQUIRE(read);
    CHECK_FALSE(read->note);
    CHECK(
        json::to_text(*read) ==
        R"({"amount":1,"note":null,"colour":"red","gift":false,"lines":[],"last":null})"
    );
}

TEST_CASE("a wrong type is named by its path") {
    const auto error = fault_of(R"({"amount":1.0,"colour":"green","gift":1,)"
                                R"("lines":[{"name":"a","quantity":99999999999999999999}]})");
    CHECK(error.code == Code::bad_request);
    REQUIRE(error.fields.size() == 4);
    CHECK(error.fields[0].field == "amount");
    CHECK(error.fields[1].field == "colour");
    CHECK(error.fields[2].field == "gift");
    CHECK(error.fields[3].field == "lines[0].quantity");
}

TEST_CASE("a missing field is INVALID, an unknown one BAD_REQUEST") {
    const auto missing = fault_of(R"({"colour":"red","gift":true,"lines":[{"name":"a"}]})");
    CHECK(missing.code == Code::invalid);
    CHECK(missing.fields[0].field == "amount");
    CHECK(missing.fields[1].field == "lines[0].quantity");
    const auto unknown =
        fault_of(R"({"amount":1,"colour":"red","gift":true,"lines":[],"price":1})");
    CHECK(unknown.code == Code::bad_request);
    CHECK(unknown.fields[0].field == "price");
    CHECK(json::read<Basket>(
        R"({"amount":1,"colour":"red","gift":true,"lines":[],"price":1})", json::Unknown::ignore
    ));
}

TEST_CASE("what is not JSON, or not an object, is refused") {
    for (const auto* text :
         {"", "{", "[1]", "null", "\"x\"", "{\"amount\":01}", "{} {}", "NaN",
          "[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]"}) {
        CHECK_MESSAGE(fault_of(text).code == Code::bad_request, text);
    }
}

TEST_CASE("any byte at any place of a text is read back as it was") {
    for (int byte = 0; byte < 0x80; ++byte) {
        for (std::size_t place = 0; place < 20; ++place) {
            const std::string before(place, 'x');
            const std::string text = before + static_cast<char>(byte) + "abc 포인트";
            Line line{text, 1};
            const auto read = json::read<Line>(json::to_text(line), json::Unknown::refuse);
            REQUIRE(read);
            REQUIRE(read->name == text);
        }
    }
}

TEST_CASE("only what must be is escaped") {
    std::string out;
    json::append_string(out, "plain: 포인트 / ~\x7f 'quoted'");
    CHECK(out == "\"plain: 포인트 / ~\x7f 'quoted'\"");
    out.clear();
    json::append_string(out, "a\"b\\c\nd\re\tf\x01g");
    CHECK(out == R"("a\"b\\c\nd\re\tf\u0001g")");
}
