#include <doctest/doctest.h>

#include "order/desk.hpp"
#include "order/shelf.hpp"

using namespace pay;
using namespace pay::order;
using namespace pay::order::test;

TEST_CASE("a cancellation is stored, and then how it goes on") {
    Shelf shelf;
    Order order;
    order.id = "ord_a";
    order.user_id = "kim";
    order.amount = Won{5'000};
    order.status = Status::CANCELING;
    order.cancellation_id = "can_a";
    shelf.put(order);
    State state;
    auto& begun = state.cancellations["can_a"];
    begun.id = "can_a";
    begun.order_id = "ord_a";
    begun.origin = Origin::admin;
    begun.amount = Won{4};
    begun.fee = Won{3};
    begun.points = Points{2};
    begun.bonus = Points{1};
    begun.asked_by = "root";
    begun.reason = "asked for";
    begun.account = gateway::RefundAccount{"088", "110123456789", "a name that is long enough"};
    begun.created_at = noon;
    begun.updated_at = noon;
    shelf.put(state);
    State later = shelf.get({Wake{"ord_a", true}});
    auto& stored = later.cancellations.at("can_a");
    CHECK(stored.phase == Phase::holding);
    REQUIRE(stored.account);
    CHECK(stored.account->holder == "a name that is long enough");
    stored.phase = Phase::releasing;
    stored.failure = Failure::CANCEL_REFUSED;
    stored.account.reset();
    stored.updated_at = noon + Duration{1};
    later.orders.clear();
    shelf.put(later);
    const State last = shelf.get({Wake{"ord_a", true}});
    const auto& ended = last.cancellations.at("can_a");
    CHECK(ended.phase == Phase::releasing);
    CHECK(ended.failure == Failure::CANCEL_REFUSED);
    CHECK_FALSE(ended.account);
    CHECK(ended.updated_at == noon + Duration{1});
    CHECK(ended.amount == Won{4});
    CHECK(ended.fee == Won{3});
    CHECK(ended.points == Points{2});
    CHECK(ended.bonus == Points{1});
    CHECK(ended.origin == Origin::admin);
    CHECK(ended.asked_by == "root");
    CHECK(ended.reason == "asked for");
    CHECK(ended.created_at == noon);
}
