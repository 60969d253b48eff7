#include "order/desk.hpp"

using namespace pay;
using namespace pay::order;
using namespace pay::order::test;

namespace {

Webhook notice(std::int64_t status = 1, Won canceled = Won{0}) {
    Webhook webhook;
    webhook.receipt_id = receipt_a;
    webhook.receipt_status = status;
    webhook.canceled = canceled;
    webhook.order_id = "ord_a";
    return webhook;
}

}  // namespace

TEST_CASE("a webhook is stored once for each thing it can say") {
    Desk desk;
    desk.must(StoreWebhook{notice()});
    CHECK(
        desk.state.webhooks.at(notice().key()).due_at ==
        desk.now + desk.settings.webhook_look_up_after
    );
    CHECK(desk.state.webhooks.at(notice().key()).created_at == desk.now);
    desk.must(StoreWebhook{notice()});
    CHECK(desk.state.changed_webhooks.empty());
    desk.must(StoreWebhook{notice(1, Won{100})});
    desk.must(StoreWebhook{notice(20, Won{100})});
    CHECK(desk.state.webhooks.size() == 3);
}

TEST_CASE("a charge that is known already needs no look-up") {
    Desk desk;
    desk.pay();
    desk.must(StoreWebhook{notice()});
    CHECK(desk.state.webhooks.empty());
    desk.must(StoreWebhook{notice(1, Won{100})});
    CHECK(desk.state.webhooks.at(notice(1, Won{100}).key()).due_at);
    desk.must(StoreWebhook{notice(20)});
    CHECK(desk.state.webhooks.at(notice(20).key()).due_at);
}

TEST_CASE("a payment that is verified settles what webhooks said of it, and nothing else") {
    Desk desk;
    desk.place();
    auto other = notice();
    other.receipt_id = receipt_b;
    for (const auto& said : {notice(), notice(5), notice(1, Won{100}), other}) {
        desk.must(StoreWebhook{said});
    }
    desk.must(desk.heard(Stage::paid));
    const auto& settled = desk.state.webhooks.at(notice().key());
    CHECK(settled.status == WebhookStatus::settled);
    CHECK(!settled.due_at);
    CHECK(settled.order_id == "ord_a");
    CHECK(settled.price == Won{5'000});
    CHECK(desk.state.changed_webhooks == std::set{notice().key()});
    for (const auto& open : {notice(5), notice(1, Won{100}), other}) {
        CHECK(desk.state.webhooks.at(open.key()).due_at);
    }
}

TEST_CASE("an approval settles the webhook that was quicker") {
    Desk desk;
    desk.place();
    desk.must(desk.heard(Stage::approvable));
    desk.must(StoreWebhook{notice()});
    desk.must(ApprovalEnded{"ord_a", receipt_a, payment(receipt_a, "ord_a", Stage::paid)});
    CHECK(desk.state.webhooks.at(notice().key()).status == WebhookStatus::settled);
}

TEST_CASE("a charge of an order that failed unpaid is looked up") {
    Desk desk;
    desk.place();
    desk.must(Confirm{"ord_a", "kim", payment(receipt_a, "ord_a", Stage::approvable, Won{1})});
    REQUIRE(desk.status() == Status::FAIL);
    desk.must(StoreWebhook{notice()});
    CHECK(desk.state.webhooks.at(notice().key()).due_at);
}

TEST_CASE("only the gateway's word settles a webhook") {
    Desk desk;
    desk.must(StoreWebhook{notice()});
    const auto key = notice().key();
    Duration last{0};
    for (int i = 0; i < 40; ++i) {
        desk.must(WebhookLookedUp{key, {}, true});
        const auto& stored = desk.state.webhooks.at(key);
        REQUIRE(stored.due_at);
        CHECK(*stored.due_at - desk.now >= last);
        last = *stored.due_at - desk.now;
        CHECK(stored.status == WebhookStatus::stored);
    }
    CHECK(last == std::chrono::seconds{256});
    SUBCASE("it knows no such receipt") {
        desk.must(WebhookLookedUp{key, {}, false});
        CHECK(desk.state.webhooks.at(key).status == WebhookStatus::unknown);
    }
    SUBCASE("nobody's order: unclaimed, and untouched") {
        desk.must(WebhookLookedUp{key, payment(receipt_a, "ord_x", Stage::paid), false});
        CHECK(desk.state.webhooks.at(key).status == WebhookStatus::unclaimed);
        CHECK(desk.state.webhooks.at(key).order_id == "ord_x");
        CHECK(desk.state.webhooks.at(key).price == Won{5'000});
        CHECK(desk.state.refunds.empty());
    }
    SUBCASE("an order of ours") {
        desk.place();
        desk.must(WebhookLookedUp{key, payment(receipt_a, "ord_a", Stage::paid), false});
        CHECK(desk.state.webhooks.at(key).status == WebhookStatus::settled);
    }
    SUBCASE("held by an order that the receipt does not name") {
        desk.must(PlacePaid{wish("ord_a"), payment(receipt_a, "his-1", Stage::paid)});
        desk.must(WebhookLookedUp{key, payment(receipt_a, "his-1", Stage::paid), false});
        CHECK(desk.state.webhooks.at(key).status == WebhookStatus::settled);
    }
    CHECK(!desk.state.webhooks.at(key).due_at);
    desk.must(StoreWebhook{notice()});
    CHECK(!desk.state.webhooks.at(key).due_at);  // the same again asks nobody
}

TEST_CASE("whoever slept since its look-up leaves a webhook as another settled it") {
    Desk desk;
    desk.place();
    desk.must(StoreWebhook{notice()});
    const auto key = notice().key();
    desk.must(WebhookLookedUp{key, payment(receipt_a, "ord_a", Stage::paid), false});
    for (const bool again : {true, false}) {
        desk.must(WebhookLookedUp{key, {}, again});
        CHECK(desk.state.webhooks.at(key).status == WebhookStatus::settled);
        CHECK(!desk.state.webhooks.at(key).due_at);
    }
}

TEST_CASE("the look-up of a webhook that was never stored is refused") {
    Desk desk;
    CHECK(desk.code_of(WebhookLookedUp{notice().key(), {}, false}) == Code::not_found);
}
