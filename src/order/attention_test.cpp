#include "order/attention.hpp"

#include <doctest/doctest.h>

#include "order/desk.hpp"
#include "order/dossier.hpp"
#include "order/sales.hpp"
#include "order/shelf.hpp"

using namespace pay;
using namespace pay::order;
using namespace pay::order::test;

namespace {

struct Hall : Shelf {
    /// An order that changed last so long ago.
    Order made(Status status, Duration ago) {
        Order order;
        order.id = make_id(prefix::order, noon - ago);
        order.user_id = "kim";
        order.item_id = "itm_p";
        order.amount = Won{5'000};
        order.status = status;
        order.created_at = noon - ago;
        order.updated_at = noon - ago;
        order.receipt_id = "receipt of " + order.id;
        if (!order.final()) order.due_at = noon;
        return order;
    }
    std::string add(Status status, Duration ago) {
        const auto order = made(status, ago);
        put(order);
        return order.id;
    }
    void add_refund(Order order, RefundStatus status) {
        order.due_at.reset();
        put(order);
        State state;
        Refund refund;
        refund.receipt_id = order.receipt_id;
        refund.order_id = order.id;
        refund.status = status;
        refund.attempts = 3;
        if (status == RefundStatus::open) refund.due_at = noon + Duration{7};
        state.refunds.emplace(refund.receipt_id, refund);
        put(std::move(state));
    }
    std::vector<std::pair<std::string, Why>> found() {
        std::vector<std::pair<std::string, Why>> all;
        for (const auto& one : concerns(*connection, noon)) all.emplace_back(one.order.id, one.why);
        return all;
    }
};

using std::chrono::minutes;
using std::chrono::seconds;

}  // namespace

TEST_CASE("the worst comes first, then what has stood still longest") {
    Hall hall;
    const auto young = hall.add(Status::PAID, minutes{2});
    const auto old = hall.add(Status::CANCELING, minutes{9});
    const auto failing = hall.add(Status::FAILING, seconds{1});
    auto asked = hall.made(Status::PENDING, minutes{20});
    asked.approval_at = noon - minutes{5};
    hall.put(asked);
    auto stuck = hall.made(Status::FAILING, seconds{30});
    stuck.failure = Failure::REFUND_REFUSED;
    hall.add_refund(stuck, RefundStatus::refused);
    using Found = std::vector<std::pair<std::string, Why>>;
    CHECK(
        hall.found() ==
        Found{
            {stuck.id, Why::refund_refused},
            {failing, Why::failing},
            {old, Why::canceling},
            {asked.id, Why::approval_unknown},
            {young, Why::paid},
        }
    );
}

TEST_CASE("however many refunds are open, those that were refused are found") {
    Hall hall;
    State state;
    const auto add = [&](std::int64_t number, RefundStatus status) {
        auto order = hall.made(Status::FAILING, minutes{number});
        order.receipt_id = std::to_string(status == RefundStatus::open ? 1 : 2) + order.receipt_id;
        order.due_at.reset();
        if (status == RefundStatus::refused) order.failure = Failure::REFUND_REFUSED;
        Refund refund;
        refund.receipt_id = order.receipt_id;
        refund.order_id = order.id;
        refund.status = status;
        state.refunds.emplace(refund.receipt_id, refund);
        state.orders.emplace(order.id, order);
    };
    for (std::int64_t i = 0; i < most_concerns; ++i) add(i + 1, RefundStatus::open);
    add(0, RefundStatus::refused);
    hall.put(std::move(state));
    const auto found = hall.found();
    REQUIRE(std::ssize(found) == most_concerns);
    CHECK(found.front().second == Why::refund_refused);
}

TEST_CASE("what goes its way concerns nobody") {
    Hall hall;
    hall.add(Status::PAID, seconds{59});
    hall.add(Status::CANCELING, seconds{5});
    hall.add(Status::PENDING, minutes{29});
    for (const auto status : {Status::SUCCESS, Status::FAIL, Status::CANCELED, Status::EXPIRED}) {
        hall.add(status, minutes{90});
    }
    auto asked = hall.made(Status::PENDING, minutes{20});
    asked.approval_at = noon - seconds{10};
    hall.put(asked);
    // Closed by an operator: the refund itself stays refused.
    hall.add_refund(hall.made(Status::FAIL, minutes{90}), RefundStatus::refused);
    CHECK(hall.found().empty());
}

TEST_CASE("while money is on its way back, the refund says when it goes on") {
    Hall hall;
    hall.add_refund(hall.made(Status::FAILING, minutes{3}), RefundStatus::open);
    const auto found = concerns(*hall.connection, noon);
    REQUIRE(found.size() == 1);
    CHECK(found[0].why == Why::failing);
    CHECK(found[0].attempts == 3);
    CHECK(found[0].next_at == noon + Duration{7});
    CHECK(found[0].since == noon - minutes{3});
    const auto dossier = find_dossier(*hall.connection, found[0].order.id);
    REQUIRE(dossier);
    CHECK(dossier->own_refund()->attempts == 3);
    auto moved = *dossier;
    moved.order.order_item.status = StepStatus::reversed;
    const auto waiting = waiting_of(moved);
    CHECK(waiting.what == Waits::refund);
    CHECK(waiting.attempts == 3);
    CHECK(waiting.next_at == noon + Duration{7});
}

TEST_CASE("sales stand in the hour or day an order was made in, as it is now") {
    Hall hall;
    const auto day = *parse_rfc3339("2026-03-02T00:00:00+09:00");
    REQUIRE(noon - day < std::chrono::hours{24});
    for (const auto status : {Status::SUCCESS, Status::FAIL, Status::EXPIRED, Status::PAID}) {
        hall.add(status, Duration{0});
    }
    auto part = hall.made(Status::SUCCESS, minutes{1});
    part.canceled_amount = Won{2'000};
    hall.put(part);
    auto whole = hall.made(Status::CANCELED, std::chrono::hours{24});
    whole.canceled_amount = Won{5'000};
    hall.put(whole);
    hall.add(Status::SUCCESS, std::chrono::hours{24 * 9});
    http::Chart chart;
    chart.from = day - std::chrono::hours{48};
    chart.to = day + std::chrono::hours{24};
    const auto sales = sales_of(*hall.connection, chart).data;
    REQUIRE(sales.size() == 3);
    CHECK(sales[0].succeeded + sales[0].canceled == 0);
    CHECK(sales[1].canceled == 1);
    CHECK(sales[1].amount == Won{5'000});
    CHECK(sales[1].canceled_amount == Won{5'000});
    CHECK(sales[2].at == day);
    CHECK(sales[2].succeeded == 2);
    CHECK(sales[2].failed == 1);
    CHECK(sales[2].expired == 1);
    CHECK(sales[2].amount == Won{10'000});
    CHECK(sales[2].canceled_amount == Won{2'000});
}

TEST_CASE("an order is found by the receipt it holds") {
    Hall hall;
    const auto id = hall.add(Status::SUCCESS, minutes{1});
    hall.add(Status::SUCCESS, minutes{2});
    OrderQuery query;
    query.receipt_id = "receipt of " + id;
    REQUIRE(list_orders(*hall.connection, query).size() == 1);
    query.user_id = "lee";
    CHECK(list_orders(*hall.connection, query).empty());
}

TEST_CASE("an order's trail is kept, and one from before has none") {
    Hall hall;
    auto order = hall.made(Status::PENDING, minutes{1});
    hall.put(order);
    CHECK(find_order(*hall.connection, order.id)->trail.empty());
    order.trail = std::string(longest_trail - 1, 'a') + ';';
    hall.put(order);
    CHECK(find_order(*hall.connection, order.id)->trail == order.trail);
}
