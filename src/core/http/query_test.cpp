#include "core/http/query.hpp"

#include <doctest/doctest.h>

#include "core/ident/ident.hpp"

using namespace pay;

namespace {

enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)

struct Thing {
    std::string id;
};
BOOST_DESCRIBE_STRUCT(Thing, (), (id))

http::Request asking(http::Fields query) {
    http::Request request;
    request.query = std::move(query);
    return request;
}

std::vector<std::string> names_of(const std::optional<Error>& fault) {
    std::vector<std::string> names;
    if (!fault) return names;
    CHECK(fault->code == Code::bad_request);
    for (const auto& field : fault->fields) names.push_back(field.field);
    return names;
}

}  // namespace

TEST_CASE("a query without fields is the first page") {
    const auto request = asking({});
    http::Query query(request);
    const auto page = query.page(prefix::item);
    CHECK(page.limit == 20);
    CHECK(page.before > make_id(prefix::point_transaction, from_epoch_ms(1LL << 47)));
    CHECK_FALSE(query.text("status"));
    CHECK_FALSE(query.fault());
}

TEST_CASE("what is asked for is read") {
    const auto cursor = make_id(prefix::item, from_epoch_ms(7));
    const auto order = make_id(prefix::order, from_epoch_ms(7));
    const auto request = asking(
        {{"limit", "100"},
         {"cursor", cursor},
         {"colour", "green"},
         {"user_id", "kim"},
         {"order_id", order}}
    );
    http::Query query(request);
    const auto page = query.page(prefix::item);
    CHECK(page.limit == 100);
    CHECK(page.before == cursor);
    CHECK(query.one_of<Colour>("colour") == Colour::green);
    CHECK(query.user_id("user_id") == "kim");
    CHECK(query.id("order_id", prefix::order) == order);
    CHECK_FALSE(query.fault());
}

TEST_CASE("a bad value is named") {
    for (const auto* limit : {"0", "101", "-1", "", "ten", "1.5", "20 ", "99999999999999999999"}) {
        const auto request = asking({{"limit", limit}});
        http::Query query(request);
        query.page(prefix::item);
        CHECK(names_of(query.fault()) == std::vector<std::string>{"limit"});
    }
    const auto request = asking(
        {{"cursor", "'; DROP"},
         {"colour", "blue"},
         {"user_id", "-"},
         {"order_id", "ord_1"},
         {"x", ""}}
    );
    http::Query query(request);
    query.page(prefix::item);
    CHECK_FALSE(query.one_of<Colour>("colour"));
    query.user_id("user_id");
    query.id("order_id", prefix::order);
    CHECK(
        names_of(query.fault()) ==
        std::vector<std::string>{"cursor", "colour", "user_id", "order_id", "x"}
    );
}

TEST_CASE("a name that is there twice is refused, an unknown one is named once") {
    const auto request = asking({{"limit", "5"}, {"limit", "6"}, {"page", "1"}, {"page", "2"}});
    http::Query query(request);
    query.page(prefix::item);
    CHECK(names_of(query.fault()) == std::vector<std::string>{"limit", "page"});
}

TEST_CASE("a list names the next page only if there is one") {
    const http::Page page{2, "zzzz"};
    CHECK(
        http::list_response(page, std::vector<Thing>{}).body == R"({"data":[],"next_cursor":null})"
    );
    CHECK(
        http::list_response(page, std::vector<Thing>{{"c"}, {"b"}}).body ==
        R"({"data":[{"id":"c"},{"id":"b"}],"next_cursor":null})"
    );
    CHECK(
        http::list_response(page, std::vector<Thing>{{"c"}, {"b"}, {"a"}}).body ==
        R"({"data":[{"id":"c"},{"id":"b"}],"next_cursor":"b"})"
    );
}
