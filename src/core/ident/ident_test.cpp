#include "core/ident/ident.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace pay;

TEST_CASE("ids have their form, differ, and sort by time") {
    std::set<std::string> seen;
    std::string last;
    for (int i = 0; i < 2000; ++i) {
        const auto id = make_id(prefix::order, from_epoch_ms(1'772'414'130'000 + i));
        CHECK(is_id(prefix::order, id));
        CHECK(id > last);
        last = id;
        seen.insert(id);
    }
    CHECK(seen.size() == 2000);
    for (int i = 0; i < 2000; ++i) seen.insert(make_id(prefix::order, from_epoch_ms(0)));
    CHECK(seen.size() == 4000);
}

TEST_CASE("what is no id of the kind is told apart") {
    const auto id = make_id(prefix::item, from_epoch_ms(5));
    CHECK_FALSE(is_id(prefix::order, id));
    CHECK_FALSE(is_id(prefix::item, id + "0"));
    CHECK_FALSE(is_id(prefix::item, "itm_'; drop table item; --aaaa"));
    CHECK(random_hex_128().size() == 32);
}
