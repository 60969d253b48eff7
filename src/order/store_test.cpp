#include "order/store.hpp"

#include <doctest/doctest.h>

#include "order/columns.hpp"
#include "order/desk.hpp"
#include "order/shelf.hpp"

using namespace pay;
using namespace pay::order;
using namespace pay::order::test;

namespace {

Order full(const std::string& id) {
    Order order;
    order.id = id;
    order.user_id = "kim";
    order.item_id = "itm_p";
    order.item_name = "500 포인트 ✓";
    order.item_version = 7;
    order.kind = item::Kind::point_package;
    order.amount = Won{5'000};
    order.points = Points{500};
    order.status = Status::FAILING;
    order.receipt_id = "receipt of " + id;
    order.presented_receipt_id = receipt_b;
    order.canceled_amount = Won{1};
    order.failure = Failure::TIMED_OUT;
    order.payment = {StepStatus::done, noon + Duration{1}};
    order.point = Step{StepStatus::reversed, noon + Duration{2}};
    order.order_item = {StepStatus::failed, noon + Duration{3}};
    order.version = 9;
    order.created_at = noon;
    order.updated_at = noon + Duration{4};
    order.due_at = noon + Duration{5};
    order.attempts = 3;
    order.approval_at = noon + Duration{6};
    order.deadline_at = noon + Duration{7};
    return order;
}

Order bare(const std::string& id) {
    Order order;
    order.id = id;
    order.user_id = "lee";
    order.item_id = "itm_c";
    order.item_name = "1화";
    order.kind = item::Kind::content;
    order.payment_method = PaymentMethod::points;
    order.created_at = noon;
    return order;
}

void check_same(const Order& left, const Order& right) {
    CHECK(left.id == right.id);
    CHECK(left.user_id == right.user_id);
    CHECK(left.item_id == right.item_id);
    CHECK(left.item_name == right.item_name);
    CHECK(left.item_version == right.item_version);
    CHECK(left.kind == right.kind);
    CHECK(left.payment_method == right.payment_method);
    CHECK(left.amount == right.amount);
    CHECK(left.points == right.points);
    CHECK(left.status == right.status);
    CHECK(left.receipt_id == right.receipt_id);
    CHECK(left.presented_receipt_id == right.presented_receipt_id);
    CHECK(left.canceled_amount == right.canceled_amount);
    CHECK(left.failure == right.failure);
    CHECK(left.payment.status == right.payment.status);
    CHECK(left.payment.at == right.payment.at);
    REQUIRE(left.point.has_value() == right.point.has_value());
    if (left.point) {
        CHECK(left.point->status == right.point->status);
        CHECK(left.point->at == right.point->at);
    }
    CHECK(left.order_item.status == right.order_item.status);
    CHECK(left.order_item.at == right.order_item.at);
    CHECK(left.version == right.version);
    CHECK(left.created_at == right.created_at);
    CHECK(left.updated_at == right.updated_at);
    CHECK(left.due_at == right.due_at);
    CHECK(left.attempts == right.attempts);
    CHECK(left.approval_at == right.approval_at);
    CHECK(left.deadline_at == right.deadline_at);
}

std::vector<std::string> ids(const std::vector<Order>& orders) {
    std::vector<std::string> names;
    for (const auto& order : orders) names.push_back(order.id);
    return names;
}
using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("every column of an order comes back, and what can change is overwritten") {
    Shelf shelf;
    shelf.put(full("ord_1"));
    shelf.put(bare("ord_2"));
    check_same(*find_order(*shelf.connection, "ord_1"), full("ord_1"));
    check_same(*find_order(*shelf.connection, "ord_2"), bare("ord_2"));
    // What an order is of never changes; how far it is does.
    auto changed = full("ord_1");
    changed.status = Status::PENDING;
    changed.receipt_id = receipt_a;
    changed.presented_receipt_id.clear();
    changed.canceled_amount = Won{0};
    changed.failure = Failure::NONE;
    changed.payment = changed.order_item = {StepStatus::pending, noon};
    changed.point = Step{StepStatus::done, noon};
    changed.version = 10;
    changed.updated_at = noon + Duration{9};
    changed.attempts = 0;
    changed.due_at = changed.approval_at = changed.deadline_at = {};
    shelf.put(changed);
    // Who bought what, and for how much, stands as it was placed.
    const auto placed = full("ord_1");
    changed.user_id = placed.user_id;
    changed.item_id = placed.item_id;
    changed.item_name = placed.item_name;
    changed.item_version = placed.item_version;
    changed.kind = placed.kind;
    changed.payment_method = placed.payment_method;
    changed.amount = placed.amount;
    changed.points = placed.points;
    check_same(*find_order(*shelf.connection, "ord_1"), changed);
    // The same, where the receipt stays and its index is left alone.
    State state = shelf.get({Wake{"ord_1"}});
    state.orders.at("ord_1") = full("ord_1");
    state.orders.at("ord_1").receipt_id = receipt_a;
    changed = state.orders.at("ord_1");
    shelf.put(std::move(state));
    check_same(*find_order(*shelf.connection, "ord_1"), changed);
    CHECK(!find_order(*shelf.connection, "ord_3"));
}

TEST_CASE("every name of a status is stored and read") {
    Shelf shelf;
    int number = 0;
    for (const auto status :
         {Status::PENDING, Status::PAID, Status::SUCCESS, Status::FAILING, Status::FAIL,
          Status::CANCELING, Status::CANCELED, Status::EXPIRED}) {
        auto order = bare("ord_" + std::to_string(++number));
        order.status = status;
        shelf.put(order);
        CHECK(find_order(*shelf.connection, order.id)->status == status);
    }
}

TEST_CASE("one order holds a receipt; orders without one do not collide") {
    Shelf shelf;
    auto first = bare("ord_1");
    first.receipt_id = receipt_a;
    shelf.put(first);
    auto second = bare("ord_2");
    second.receipt_id = receipt_a;
    CHECK_THROWS_AS(shelf.put(second), sql::Conflict);
    CHECK(!find_order(*shelf.connection, "ord_2"));
    shelf.put(bare("ord_3"));
    shelf.put(bare("ord_4"));
    CHECK(find_order_by_receipt(*shelf.connection, receipt_a)->id == "ord_1");
    CHECK(!find_order_by_receipt(*shelf.connection, receipt_b));
}

TEST_CASE("a receipt let go can be held by another order, in one batch too") {
    Shelf shelf;
    auto first = bare("ord_1");
    first.receipt_id = receipt_a;
    shelf.put(first);
    State state;
    first.receipt_id.clear();
    auto second = bare("ord_0");
    second.receipt_id = receipt_a;
    state.orders.emplace("ord_1", first);
    state.orders.emplace("ord_0", second);
    shelf.put(std::move(state));
    CHECK(find_order_by_receipt(*shelf.connection, receipt_a)->id == "ord_0");
}

TEST_CASE("refunds and webhooks come back as they were") {
    Shelf shelf;
    State state;
    Refund refund;
    refund.receipt_id = receipt_a;
    refund.order_id = "ord_1";
    refund.cancel_id = "refund-a";
    refund.canceled_before = Won{3};
    refund.called_at = noon;
    refund.due_at = noon + Duration{1};
    refund.attempts = 2;
    refund.created_at = noon;
    refund.updated_at = noon + Duration{2};
    state.refunds.emplace(receipt_a, refund);
    Webhook webhook;
    webhook.receipt_id = receipt_a;
    webhook.receipt_status = -2;
    webhook.canceled = Won{5};
    webhook.order_id = "ord_1";
    webhook.price = Won{6};
    webhook.status = WebhookStatus::unclaimed;
    webhook.attempts = 4;
    webhook.created_at = noon;
    state.webhooks.emplace(webhook.key(), webhook);
    webhook.receipt_status = 1;
    webhook.due_at = noon;
    state.webhooks.emplace(webhook.key(), webhook);
    shelf.put(std::move(state));

    const auto loaded = shelf.get({BeginRefund{receipt_a, {}, {}}, StoreWebhook{webhook}});
    const auto& same = loaded.refunds.at(receipt_a);
    CHECK(same.order_id == refund.order_id);
    CHECK(same.status == RefundStatus::open);
    CHECK(same.cancel_id == refund.cancel_id);
    CHECK(same.canceled_before == Won{3});
    CHECK(same.called_at == refund.called_at);
    CHECK(same.due_at == refund.due_at);
    CHECK(same.attempts == 2);
    CHECK(same.created_at == refund.created_at);
    CHECK(same.updated_at == refund.updated_at);
    REQUIRE(loaded.webhooks.size() == 2);
    const auto& heard = loaded.webhooks.at({receipt_a, -2, 5});
    CHECK(heard.order_id == "ord_1");
    CHECK(heard.price == Won{6});
    CHECK(heard.status == WebhookStatus::unclaimed);
    CHECK(!heard.due_at);
    CHECK(heard.attempts == 4);
    CHECK(heard.created_at == noon);
    CHECK(waiting_webhooks(*shelf.connection) == 1);
    CHECK(due_webhooks(*shelf.connection, noon, 10).size() == 1);
    CHECK(due_webhooks(*shelf.connection, noon - Duration{1}, 10).empty());
}

TEST_CASE("a batch loads all that its commands may touch") {
    Shelf shelf;
    Desk desk;
    desk.pay("ord_1", receipt_a);
    desk.must(desk.heard(Stage::paid, receipt_b, "ord_1"));  // a second payment, on its way back
    desk.place("ord_2");
    desk.must(StoreWebhook{[] {
        Webhook webhook;
        webhook.receipt_id = receipt_a;
        webhook.receipt_status = 5;
        return webhook;
    }()});
    shelf.put(desk.state);
    const auto paid = payment(receipt_a, "ord_x", Stage::paid);
    const auto none = std::unexpected(gateway::Refusal::unknown);
    const auto orders = [&](const Command& command) { return shelf.get({command}).orders.size(); };
    CHECK(shelf.get({Place{wish("ord_3"), {}}}).items.contains("itm_p"));
    CHECK(orders(Place{wish("ord_3"), receipt_a}) == 1);
    CHECK(orders(PlacePaid{wish("ord_3"), paid}) == 1);
    CHECK(orders(Confirm{"ord_2", "", paid}) == 2);
    CHECK(shelf.get({Confirm{"ord_2", "", paid}}).order_of_receipt.at(receipt_a) == "ord_1");
    CHECK(
        shelf.get({Confirm{"ord_2", "", payment(receipt_b, "", Stage::paid)}}).refunds.size() == 1
    );
    CHECK(orders(ApprovalEnded{"ord_2", receipt_a, none}) == 2);
    CHECK(orders(PointReplied{{"ord_1", {}, ""}, false}) == 1);
    CHECK(orders(OrderItemReplied{{"ord_1", {}, ""}, false}) == 1);
    CHECK(orders(Wake{"ord_1"}) == 1);
    CHECK(orders(CloseRefused{"ord_1"}) == 1);
    CHECK(orders(Retry{"ord_1"}) == 1);
    for (const auto& command : std::vector<Command>{
             BeginRefund{receipt_b, {}, {}}, RefundEnded{receipt_b, none}, PostponeRefund{receipt_b}
         }) {
        const auto state = shelf.get({command});
        CHECK(state.refunds.size() == 1);
        CHECK(state.orders.size() == 1);
    }
    CHECK(orders(WebhookLookedUp{{receipt_a, 5, 0}, paid, false}) == 1);
    CHECK(shelf.get({WebhookLookedUp{{receipt_a, 5, 0}, {}, true}}).webhooks.size() == 1);
    CHECK(shelf.get({package()}).items.size() == 1);
    const auto nothing = shelf.get({Wake{"ord_9"}});
    CHECK(nothing.orders.empty());
}

TEST_CASE("an order that is being undone brings its refund along") {
    Shelf shelf;
    Desk desk;
    desk.pay();
    desk.points(point::Action::credit, true);
    desk.item(order_item::Action::revoke);
    shelf.put(desk.state);
    CHECK(shelf.get({Wake{"ord_a"}}).refunds.contains(receipt_a));
    CHECK(shelf.get({CloseRefused{"ord_a"}}).refunds.contains(receipt_a));
    CHECK(due_refunds(*shelf.connection, noon, 1).size() == 1);
    CHECK(due_refunds(*shelf.connection, noon - Duration{1}, 1).empty());
}

TEST_CASE("lists go from the newest on, by user, by status, page by page") {
    Shelf shelf;
    for (int i = 1; i <= 6; ++i) {
        auto order = bare("ord_" + std::to_string(i));
        order.user_id = i % 2 == 0 ? "kim" : "lee";
        order.status = i > 3 ? Status::SUCCESS : Status::PENDING;
        shelf.put(order);
    }
    const auto list = [&](OrderQuery query) { return ids(list_orders(*shelf.connection, query)); };
    CHECK(list({}) == Ids{"ord_6", "ord_5", "ord_4", "ord_3", "ord_2", "ord_1"});
    CHECK(list({.limit = 2}) == Ids{"ord_6", "ord_5"});
    CHECK(list({.before_id = "ord_5", .limit = 2}) == Ids{"ord_4", "ord_3"});
    CHECK(list({.before_id = "ord_1"}).empty());
    CHECK(list({.user_id = "kim"}) == Ids{"ord_6", "ord_4", "ord_2"});
    CHECK(
        list({.user_id = "kim", .status = Status::SUCCESS, .before_id = "ord_6"}) == Ids{"ord_4"}
    );
    CHECK(list({.status = Status::PENDING}) == Ids{"ord_3", "ord_2", "ord_1"});
    CHECK(list({.user_id = "nobody"}).empty());
}

TEST_CASE("what is due comes oldest first, up to the limit, and never what is not") {
    Shelf shelf;
    for (int i = 1; i <= 4; ++i) {
        auto order = bare("ord_" + std::to_string(i));
        if (i < 4) order.due_at = noon - std::chrono::seconds{i};
        shelf.put(order);
    }
    auto later = bare("ord_5");
    later.due_at = noon + Duration{1};
    shelf.put(later);
    CHECK(ids(due_orders(*shelf.connection, noon, 10)) == Ids{"ord_3", "ord_2", "ord_1"});
    CHECK(ids(due_orders(*shelf.connection, noon, 2)) == Ids{"ord_3", "ord_2"});
    CHECK(due_orders(*shelf.connection, noon - std::chrono::hours{1}, 10).empty());
}
