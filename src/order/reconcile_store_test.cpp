#include "order/reconcile_store.hpp"

#include <doctest/doctest.h>

#include "core/ident/ident.hpp"
#include "order/desk.hpp"
#include "order/shelf.hpp"

using namespace pay;
using namespace pay::order;
using namespace pay::order::test;

TEST_CASE("an order is in the span it was made in, though it was asked for before") {
    Shelf shelf;
    Order order;
    order.id = make_id(prefix::order, noon);
    order.user_id = "kim";
    order.amount = Won{5'000};
    order.created_at = noon + Duration{5};
    shelf.put(order);
    const auto found = [&](Time from, Time to) {
        reconcile::Reconciliation run;
        run.from = from;
        run.to = to;
        const auto ids = reconcile::next_orders(*shelf.connection, run, 10);
        CHECK(reconcile::count_orders(*shelf.connection, from, to) == std::ssize(ids));
        return !ids.empty();
    };
    const Time later = noon + std::chrono::hours{1};
    CHECK(found(noon, later));
    CHECK(found(order.created_at, later));
    CHECK_FALSE(found(order.created_at + Duration{1}, later));
    CHECK_FALSE(found(noon - std::chrono::hours{1}, noon));
}
