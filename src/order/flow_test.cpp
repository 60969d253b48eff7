#include <doctest/doctest.h>

#include <set>
#include <thread>

#include "ground.hpp"
#include "order/desk.hpp"
#include "order/town.hpp"

using namespace pay;
using namespace pay::order;
using namespace pay::order::test;

namespace {

bool has(const http::Response& response, std::string_view text) {
    return response.body.find(text) != response.body.npos;
}
std::string webhook(const std::string& order_id) {
    return R"({"receipt_id":")" + receipt_a + R"(","order_id":")" + order_id + R"(","status":1})";
}
const std::string with_receipt = R"({"item_id":"itm_p","receipt_id":")" + receipt_a + "\"}";

}  // namespace

TEST_CASE("an order is placed, confirmed and done, and the call waits for it") {
    Town town;
    const auto id = town.place();
    town.gateway.receipts[receipt_a] = payment(receipt_a, id, Stage::approvable);
    const auto response = town.confirm(id, 20).get();
    CHECK(response.status == 200);
    CHECK(has(response, R"("status":"SUCCESS")"));
    CHECK(town.gateway.approvals == 1);
    // Again, now that all is over: at once.
    CHECK(has(town.confirm(id, 20).get(), R"("status":"SUCCESS")"));
    CHECK(town.gateway.approvals == 1);
}

TEST_CASE("without a wish to wait the answer is the paid order") {
    Town town;
    town.services_answer = false;
    const auto id = town.place();
    town.gateway.receipts[receipt_a] = payment(receipt_a, id, Stage::paid);
    CHECK(has(town.confirm(id).get(), R"("status":"PAID")"));
}

TEST_CASE("browser, webhook and poller race for one payment: it counts once") {
    for (int round = 0; round < 5; ++round) {
        Town town;
        const auto id = town.place();
        town.gateway.receipts[receipt_a] = payment(receipt_a, id, Stage::approvable);
        town.gateway.hold();
        std::vector<std::future<http::Response>> calls;
        for (int i = 0; i < 4; ++i) calls.push_back(town.confirm(id));
        calls.push_back(town.post({"/webhooks/bootpay", webhook(id), ""}));
        town.turn(std::chrono::seconds{16});
        town.driver->kick();
        REQUIRE(town.bell.await([&] { return town.gateway.held() >= 5; }));
        town.gateway.release();
        for (auto& call : calls) CHECK(call.get().status == 200);
        CHECK(town.reaches(id, Status::SUCCESS));
        CHECK(town.gateway.get(town.gateway.approvals) == 1);
        REQUIRE(town.bell.await([&] { return town.told("order.succeeded") == 1; }));
        CHECK(town.told("order.paid") == 1);
        CHECK(town.refunds().empty());
    }
}

TEST_CASE("a webhook alone pays the order") {
    Town town;
    const auto id = town.place();
    town.gateway.receipts[receipt_a] = payment(receipt_a, id, Stage::approvable);
    CHECK(town.call({"/webhooks/bootpay", webhook(id), ""}).body == R"({"success":true})");
    town.turn(std::chrono::seconds{1});
    town.driver->kick();
    CHECK(town.reaches(id, Status::SUCCESS));
}

TEST_CASE("the gateway is silent when the order is placed: it is remembered and driven on") {
    Town town;
    town.gateway.silent = true;
    const auto response = town.call({"/v1/orders", with_receipt, "kim", "k"});
    CHECK(response.status >= 502);
    CHECK(has(response, "PAYMENT_GATEWAY_UNAVAILABLE"));
    const auto orders = town.all();
    REQUIRE(orders.size() == 1);
    CHECK(orders[0].status == Status::PENDING);
    CHECK(orders[0].presented_receipt_id == receipt_a);
    town.gateway.receipts[receipt_a] = payment(receipt_a, "his-1", Stage::approvable);
    town.gateway.set(town.gateway.silent, false);
    SUBCASE("the driver goes on") {
        town.turn(std::chrono::seconds{11});
        town.driver->kick();
        CHECK(town.reaches(orders[0].id, Status::SUCCESS));
    }
    SUBCASE("the repeat of the call goes on with the same order") {
        const auto again = town.call({"/v1/orders", with_receipt, "kim", "k", 20});
        CHECK(again.status == 201);
        CHECK(has(again, orders[0].id));
        CHECK(has(again, R"("status":"SUCCESS")"));
    }
    SUBCASE("so it does after a restart") {
        town.reopen();
        const auto again = town.call({"/v1/orders", with_receipt, "kim", "k", 20});
        CHECK(has(again, orders[0].id));
        const auto replay = town.call({"/v1/orders", with_receipt, "kim", "k", 20});
        CHECK(replay.body == again.body);
        CHECK(http::find(replay.headers, "Idempotency-Replayed") == "true");
    }
    town.reaches(orders[0].id, Status::SUCCESS);
    CHECK(town.all().size() == 1);
    CHECK(town.gateway.get(town.gateway.approvals) == 1);
}

TEST_CASE("an approval whose answer is lost is decided by a look-up") {
    Town town;
    const auto id = town.place();
    town.gateway.receipts[receipt_a] = payment(receipt_a, id, Stage::approvable);
    town.gateway.loses_answers = true;
    SUBCASE("charged") {
        CHECK(has(town.confirm(id, 20).get(), R"("status":"SUCCESS")"));
    }
    SUBCASE("declined") {
        town.gateway.approves_to = Stage::declined;
        const auto refused = town.confirm(id).get();
        CHECK(refused.status == 422);
        CHECK(has(refused, "PAYMENT_DECLINED"));
        CHECK(has(town.confirm(id).get(), "PAYMENT_DECLINED"));
        CHECK(town.find(id)->status == Status::PENDING);
        CHECK(town.find(id)->receipt_id.empty());
    }
    SUBCASE("still open: later") {
        town.gateway.approves_to = Stage::approvable;
        const auto unknown = town.confirm(id).get();
        CHECK(unknown.status == 504);
        town.gateway.set(town.gateway.loses_answers, false);
        town.gateway.set(town.gateway.approves_to, Stage::paid);
        town.turn(town.service->settings().approval_recheck);
        town.driver->kick();
        CHECK(town.reaches(id, Status::SUCCESS));
    }
    CHECK(town.gateway.get(town.gateway.approvals) <= 2);
}

TEST_CASE("a process that dies between the intent and its result goes on after the restart") {
    Town town;
    const auto id = town.place();
    town.gateway.receipts[receipt_a] = payment(receipt_a, id, Stage::approvable);
    town.gateway.dies_when_asked = true;
    auto lost = town.confirm(id, 0, "k");
    REQUIRE(town.bell.await([&] { return town.gateway.get(town.gateway.approvals) == 1; }));
    town.reopen();
    CHECK(lost.get().status == 500);
    CHECK(town.find(id)->approval_at);
    town.gateway.set(town.gateway.dies_when_asked, false);
    SUBCASE("by the driver") {
        town.turn(town.service->settings().approval_recheck);
        town.driver->kick();
        CHECK(town.reaches(id, Status::SUCCESS));
    }
    SUBCASE("by the repeated call") {
        CHECK(has(town.confirm(id, 20, "k").get(), R"("status":"SUCCESS")"));
    }
    CHECK(town.gateway.get(town.gateway.approvals) == 1);
}

TEST_CASE("commands that nobody answered before the restart are sent again") {
    Town town;
    town.services_answer = false;
    const auto id = town.place();
    town.gateway.receipts[receipt_a] = payment(receipt_a, id, Stage::paid);
    CHECK(has(town.confirm(id).get(), R"("status":"PAID")"));
    town.reopen();
    town.services_answer = true;
    town.turn(town.service->settings().resend_after);
    town.driver->kick();
    CHECK(town.reaches(id, Status::SUCCESS));
}

TEST_CASE("a refused item ends with the money returned, once") {
    Town town;
    town.item_refused = true;
    const auto id = town.place();
    town.gateway.receipts[receipt_a] = payment(receipt_a, id, Stage::paid);
    CHECK(has(town.confirm(id, 20).get(), R"("status":"FAIL")"));
    CHECK(town.gateway.cancels == 1);
    CHECK(town.refunds().front().status == RefundStatus::done);
    CHECK(town.find(id)->canceled_amount == Won{5'000});
}

TEST_CASE("a refund refused for good is closed by an admin only") {
    Town town;
    town.item_refused = true;
    town.gateway.refuses_cancels = true;
    const auto id = town.place();
    town.gateway.receipts[receipt_a] = payment(receipt_a, id, Stage::paid);
    static_cast<void>(town.confirm(id).get());
    std::promise<void> refused;
    const auto watch = town.service->watchers()->watch(id, [&](const Order& order) {
        const bool stuck = order.failure == Failure::REFUND_REFUSED;
        if (stuck) refused.set_value();
        return stuck;
    });
    if (town.find(id)->failure != Failure::REFUND_REFUSED) refused.get_future().wait();
    CHECK(town.find(id)->status == Status::FAILING);
    const auto closed = town.call(
        {"/v1/orders/" + id + "/refunded", R"({"reason":"by bank"})", "root", "", 0,
         http::Role::admin}
    );
    CHECK(closed.status == 200);
    CHECK(town.find(id)->status == Status::FAIL);
    const auto actions = audit_log::list(
        *town.service->engine().database().connect(sql::Mode::read_only), {.target = id}, {}
    );
    REQUIRE(actions.size() == 1);
    CHECK(actions.front().actor == "root");
    CHECK(actions.front().action == "order.close_refunded");
    CHECK(actions.front().reason == "by bank");
    CHECK(actions.front().changes.front().after == "FAIL");
}

TEST_CASE("a process that slept since its intent to return money does not call") {
    Town town;
    Refund refund;
    refund.receipt_id = receipt_a;
    refund.called_at = town.clock->now();
    town.turn(town.service->settings().refund_recheck);
    std::promise<Code> ended;
    town.flow->cancel(refund, [&](Result<Answer> result) { ended.set_value(result.error().code); });
    CHECK(ended.get_future().get() == Code::unavailable);
    CHECK(town.gateway.get(town.gateway.cancels) == 0);
}

TEST_CASE("a process that slept since its intent to approve does not call") {
    Town town;
    const auto id = town.place();
    const auto approvable = payment(receipt_a, id, Stage::approvable);
    std::promise<Code> ended;
    PaymentFlow::Asker asker;
    asker.done = [&](Result<Answer> result) { ended.set_value(result.error().code); };
    asker.keep = [&](const Result<Answer>&) -> std::optional<idempotency::Entry> {
        town.turn(town.service->settings().approval_recheck);
        return std::nullopt;
    };
    town.driver->stop();
    town.flow->observe(id, approvable, std::move(asker));
    CHECK(ended.get_future().get() == Code::payment_gateway_timeout);
    CHECK(town.gateway.get(town.gateway.approvals) == 0);
    // Whoever looks next sees to it.
    town.gateway.set(town.gateway.receipts, {{receipt_a, approvable}});
    town.driver->start();
    CHECK(town.reaches(id, Status::SUCCESS));
}

TEST_CASE("who does not lead knows how many webhooks wait, too") {
    if (!sql::Scratch::on_server()) return;  // elsewhere there is one, and leads
    Town town;
    const auto connection = town.service->engine().database().connect(sql::Mode::read_write);
    connection->execute("INSERT INTO instance (name, beat) VALUES ('first', 1)");
    town.reopen();
    CHECK(town.call({"/webhooks/bootpay", webhook("ord_x"), ""}).status == 200);
    CHECK(!town.service->engine().instances().leads());
    while (town.flow->waiting_webhooks() != 1) std::this_thread::yield();
    connection->execute("UPDATE webhook SET due_at = NULL");
    while (town.flow->waiting_webhooks() != 0) std::this_thread::yield();
}

TEST_CASE("a wrong amount is returned, and told the same each time") {
    Town town;
    const auto id = town.place();
    town.gateway.receipts[receipt_a] = payment(receipt_a, id, Stage::paid, Won{4'000});
    for (int i = 0; i < 3; ++i) {
        const auto refused = town.confirm(id).get();
        CHECK(refused.status == 422);
        CHECK(has(refused, "AMOUNT_MISMATCH"));
    }
    CHECK(town.reaches(id, Status::FAIL));
    CHECK(has(town.confirm(id).get(), "AMOUNT_MISMATCH"));
    CHECK(town.gateway.get(town.gateway.cancels) == 1);
}

TEST_CASE("a receipt that was presented and is no good hides no other payment of the order") {
    Town town;
    town.gateway.silent = true;
    static_cast<void>(town.call({"/v1/orders", with_receipt, "kim"}));
    const auto id = town.all().at(0).id;
    town.gateway.receipts[receipt_a] = payment(receipt_a, "his-1", Stage::paid, Won{5'000}, "lee");
    town.gateway.receipts[receipt_b] = payment(receipt_b, id, Stage::paid);
    town.gateway.set(town.gateway.silent, false);
    town.turn(std::chrono::seconds{11});
    town.driver->kick();
    CHECK(town.reaches(id, Status::SUCCESS));
    CHECK(town.find(id)->receipt_id == receipt_b);
    CHECK(town.refunds().empty());
}

TEST_CASE("an order expires once the gateway has said that nobody paid, not before") {
    Town town;
    const auto id = town.place();
    town.place("lee");  // in a later batch: whoever watches has been told of the first order now
    town.gateway.set(town.gateway.silent, true);
    std::promise<void> woken;
    const Time late = town.clock->now() + std::chrono::minutes{31};
    const auto watch = town.service->watchers()->watch(id, [&](const Order& order) {
        if (*order.due_at <= late) return false;
        woken.set_value();
        return true;
    });
    town.turn(std::chrono::minutes{31});
    town.driver->kick();
    woken.get_future().wait();
    CHECK(town.find(id)->status == Status::PENDING);
    town.gateway.set(town.gateway.silent, false);
    town.turn(std::chrono::hours{1});
    town.driver->kick();
    CHECK(town.reaches(id, Status::EXPIRED));
}

TEST_CASE("a reply or an item that nobody understands is parked") {
    Town town;
    const auto say = [&](std::string_view topic, std::string_view type, std::string payload) {
        CHECK(pay::test::publish(*town.bus, topic, type, std::move(payload)));
    };
    say(point::replies_topic, "point.paint", "{}");
    say(point::replies_topic, point::done_type, "{");
    say(point::replies_topic, order_item::refused_type, "[]");
    say(item::changed_topic, item::changed_type, "{}");
    const auto connection = town.service->engine().database().connect(sql::Mode::read_only);
    std::set<std::string> reasons;
    for (const auto& letter : dead_letter::list(*connection, "zzzz", 10)) {
        reasons.insert(letter.reason);
    }
    CHECK(
        reasons ==
        std::set<std::string>{
            "its type is not known", "it is not a reply of the point service",
            "it is not a reply of the order-item service", "it is not an item"
        }
    );
}

TEST_CASE("refusals at the door") {
    Town town;
    const auto id = town.place();
    CHECK(town.call({"/v1/orders/" + id + "/confirm", R"({"receipt_id":"short"})"}).status == 422);
    CHECK(town.call({"/v1/orders/" + id + "/confirm", "{}"}).status == 422);
    CHECK(town.call({"/v1/orders/" + id + "/confirm", "{"}).status == 400);
    CHECK(has(town.confirm(id).get(), "RECEIPT_INVALID"));  // the gateway knows none such
    const auto body = R"({"receipt_id":")" + receipt_a + "\"}";
    CHECK(town.call({"/v1/orders/" + id + "/confirm", body, "lee"}).status == 404);
    CHECK(town.call({"/v1/orders/ord_nope/confirm", body}).status == 404);
    CHECK(town.call({"/v1/orders", R"({"item_id":"itm_p","amount":1})"}).status == 422);
    CHECK(town.call({"/v1/orders", R"({"item_id":"itm_x"})"}).status == 404);
    CHECK(town.call({"/v1/orders", R"({"item_id":"itm_p","price":1})"}).status == 400);
    CHECK(town.call({"/webhooks/bootpay", "{}", ""}).status == 400);
    CHECK(
        town.call({"/v1/orders/" + id + "/refunded", R"({"reason":"x"})", "root", "", 0,
                   http::Role::admin})
            .status == 409
    );
}
