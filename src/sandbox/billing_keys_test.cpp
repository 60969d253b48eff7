#include "sandbox/billing_keys.hpp"

#include <doctest/doctest.h>

using namespace pay;
using namespace pay::sandbox;
using namespace std::chrono_literals;

namespace {

struct Case {
    std::shared_ptr<ManualClock> clock =
        std::make_shared<ManualClock>(from_epoch_ms(1'772'413'200'000));
    std::vector<BillingKey> keys_told;
    std::vector<Reservation> told;
    BillingKeys keys{
        clock,
        {.key = [this](const BillingKey& key) { keys_told.push_back(key); },
         .reservation = [this](const Reservation& reserved) { told.push_back(reserved); }}
    };

    BillingKey issue(KeyMethod method = KeyMethod::card) {
        Subscription wanted;
        wanted.method = method;
        return keys.issue(wanted);
    }
    BillingKeys::Outcome<Reservation> reserve(
        const std::string& billing_key, Duration in = 1h, const std::string& order_id = "order-1"
    ) {
        KeyCharge charge;
        charge.billing_key = billing_key;
        charge.purchase.order_id = order_id;
        charge.purchase.price = Won{500};
        return keys.reserve(charge, clock->now() + in);
    }
    ReservationStatus status_of(const std::string& reserve_id) {
        return keys.find_reservation(reserve_id).value().status;
    }
    static bool no() { return false; }
    static bool yes() { return true; }
};

}  // namespace

TEST_CASE("a card's key is issued at once, an account's by its holder's consent") {
    Case now;
    const auto card = now.issue();
    CHECK(card.status == KeyStatus::issued);
    CHECK(now.keys.find_alive(card.billing_key));
    CHECK(now.keys.find_by_receipt(card.receipt_id)->billing_key == card.billing_key);

    const auto account = now.issue(KeyMethod::account);
    CHECK(account.status == KeyStatus::awaiting_consent);
    CHECK_FALSE(now.keys.find(account.billing_key));
    CHECK(now.keys.find_alive(account.billing_key).error() == Refusal::rc_not_found);
    CHECK(
        now.keys.publish(account.receipt_id, Case::yes).error() == Refusal::subscribe_request_failed
    );
    REQUIRE(now.keys.publish(account.receipt_id, Case::no));
    CHECK(now.keys.publish(account.receipt_id, Case::yes)->status == KeyStatus::issued);
    CHECK(now.keys.find(account.billing_key)->published_at == now.clock->now());
    CHECK(now.keys.publish("nothing", Case::no).error() == Refusal::rc_not_found);
    CHECK(now.keys_told.size() == 3);
}

TEST_CASE("a destroyed key is dead for everything, its reservations are not revoked") {
    Case now;
    const auto key = now.issue();
    const auto reserved = now.reserve(key.billing_key);
    REQUIRE(reserved);
    REQUIRE(now.keys.destroy(key.billing_key));
    CHECK(now.keys.find(key.billing_key)->status == KeyStatus::destroyed);
    const auto dead = Refusal::subscribe_bk_expired;
    CHECK(now.keys.find_alive(key.billing_key).error() == dead);
    CHECK(now.keys.destroy(key.billing_key).error() == dead);
    CHECK(now.keys.publish(key.receipt_id, Case::no).error() == dead);
    CHECK(now.reserve(key.billing_key).error() == dead);
    CHECK(now.keys.revoke(reserved->reserve_id).error() == dead);
    CHECK(now.status_of(reserved->reserve_id) == ReservationStatus::waiting);
    CHECK(now.keys.destroy("nothing").error() == Refusal::rc_not_found);
    CHECK(now.reserve("nothing").error() == Refusal::rc_not_found);
}

TEST_CASE("what is reserved runs when its time has come, and once") {
    Case now;
    const auto key = now.issue();
    const auto late = now.reserve(key.billing_key, 2h).value();
    const auto soon = now.reserve(key.billing_key, 1h).value();
    CHECK(now.keys.start_due().empty());
    now.clock->advance(1h);
    const auto due = now.keys.start_due();
    REQUIRE(due.size() == 1);
    CHECK(due[0].reserve_id == soon.reserve_id);
    CHECK(now.status_of(soon.reserve_id) == ReservationStatus::running);
    CHECK(now.keys.start_due().empty());
    CHECK(now.keys.revoke(soon.reserve_id).error() == Refusal::rc_cancel_server_error);
    now.keys.finish(soon.reserve_id, "receipt-1");
    CHECK(now.status_of(soon.reserve_id) == ReservationStatus::done);
    CHECK(now.keys.find_reservation(soon.reserve_id)->receipt_id == "receipt-1");
    now.clock->advance(24h);
    REQUIRE(now.keys.start_due().size() == 1);
    now.keys.finish(late.reserve_id, "");
    CHECK(now.status_of(late.reserve_id) == ReservationStatus::failed);
    now.keys.finish("nothing", "");
}

TEST_CASE("a revoked reservation never runs, and is revoked once") {
    Case now;
    const auto reserved = now.reserve(now.issue().billing_key).value();
    REQUIRE(now.keys.revoke(reserved.reserve_id));
    CHECK(now.keys.revoke(reserved.reserve_id).error() == Refusal::rc_already_cancelled);
    CHECK(now.keys.revoke("nothing").error() == Refusal::rc_not_found);
    now.clock->advance(2h);
    CHECK(now.keys.start_due().empty());
    CHECK(now.told.back().revoked_at);
}

TEST_CASE("ten may wait on one key") {
    Case now;
    const auto key = now.issue();
    for (std::size_t i = 0; i < BillingKeys::most_waiting; ++i)
        REQUIRE(now.reserve(key.billing_key));
    CHECK(now.reserve(key.billing_key).error() == Refusal::api_param_invalid);
    CHECK(now.reserve(now.issue().billing_key));
    now.clock->advance(1h);
    now.keys.start_due();
    CHECK(now.reserve(key.billing_key));
}

TEST_CASE("of an earlier life: what waits goes on, what was running has failed") {
    Case before;
    const auto key = before.issue();
    const auto waiting = before.reserve(key.billing_key, 2h).value();
    const auto running = before.reserve(key.billing_key, 1h).value();
    before.clock->advance(1h);
    REQUIRE(before.keys.start_due().size() == 1);

    Case now;
    now.keys.restore(before.keys.find(key.billing_key).value());
    now.keys.restore(before.keys.find_reservation(waiting.reserve_id).value());
    now.keys.restore(before.keys.find_reservation(running.reserve_id).value());
    CHECK(now.status_of(running.reserve_id) == ReservationStatus::failed);
    CHECK(now.keys.find_alive(key.billing_key));
    now.clock->advance(2h);
    REQUIRE(now.keys.start_due().size() == 1);
    CHECK(now.issue().number > running.number);
    now.keys.clear();
    CHECK_FALSE(now.keys.find(key.billing_key));
    CHECK_FALSE(now.keys.find_reservation(waiting.reserve_id));
    CHECK(now.keys.start_due().empty());
}
