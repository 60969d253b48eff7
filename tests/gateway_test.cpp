#include "bootpay/client.hpp"
#include "sandbox/fixture.hpp"

// The real client against the real sandbox: neither shares code with the other.

using namespace pay;
using gateway::Refusal;
using gateway::Stage;

namespace {

const std::string nowhere(24, '0');

template <class Answer, class Start>
Answer wait_for(Start start) {
    auto promise = std::make_shared<std::promise<Answer>>();
    auto future = promise->get_future();
    start([promise](Answer answer) { promise->set_value(std::move(answer)); });
    return future.get();
}

sandbox::SandboxOptions prompt() {
    sandbox::SandboxOptions options;
    options.due_check = Duration{2};
    return options;
}

struct Site {
    sandbox::Running sandbox{prompt()};
    bootpay::Client client{sandbox.io(), options(), std::make_shared<SystemClock>()};

    bootpay::Options options() {
        bootpay::Options options;
        options.base_url = sandbox.sandbox().url() + "/v2";
        options.application_id = "sandbox";
        options.private_key = "sandbox";
        return options;
    }
    gateway::Payment find(const std::string& receipt_id) {
        const auto found =
            wait_for<gateway::Found>([&](auto done) { client.find(receipt_id, std::move(done)); });
        REQUIRE((found && *found));
        return **found;
    }
    gateway::Canceled cancel(const gateway::Cancel& cancel) {
        return wait_for<gateway::Canceled>([&](auto done) {
            client.cancel(cancel, std::move(done));
        });
    }
    gateway::FoundKey find_key(const std::string& receipt_id) {
        return wait_for<gateway::FoundKey>([&](auto done) {
            client.find_key(receipt_id, std::move(done));
        });
    }
    std::string key() {
        const auto issued = sandbox.post("/sandbox/billing-keys", R"({"user_id":"kim"})");
        return find_key(issued.text_of("receipt_id")).value().value().key;
    }
    gateway::Approved charge(const std::string& key, const std::string& order_id) {
        return wait_for<gateway::Approved>([&](auto done) {
            client.charge(charge_of(key, order_id), std::move(done));
        });
    }
    gateway::Reserved reserve(const std::string& key, Duration in) {
        return wait_for<gateway::Reserved>([&](auto done) {
            const Time at = sandbox.clock().now() + in;
            client.reserve(charge_of(key, "ord_later"), at, std::move(done));
        });
    }
    std::optional<gateway::Reservation> find_reservation(const std::string& reserve_id) {
        return wait_for<gateway::FoundReservation>(
                   [&](auto done) { client.find_reservation(reserve_id, std::move(done)); }
        ).value();
    }
    gateway::Revoked revoke_reservation(const std::string& reserve_id) {
        return wait_for<gateway::Revoked>([&](auto done) {
            client.revoke_reservation(reserve_id, std::move(done));
        });
    }
    gateway::Revoked revoke_key(const std::string& key) {
        return wait_for<gateway::Revoked>([&](auto done) {
            client.revoke_key(key, std::move(done));
        });
    }
    static gateway::Charge charge_of(const std::string& key, const std::string& order_id) {
        return {key, order_id, "500 포인트", Won{5'000}, "kim"};
    }
};

}  // namespace

TEST_CASE("a payment says how and when it was paid") {
    Site site;
    for (const std::string method : {"card", "bank", "phone", "naver_point"}) {
        const auto payment = site.find(site.sandbox.paid(R"(,"method":")" + method + "\""));
        CHECK(payment.method == method);
        CHECK(payment.paid_at == site.sandbox.clock().now());
    }
    CHECK(!site.find(site.sandbox.approvable()).paid_at);
}

TEST_CASE("a virtual account: its deadline, its deposit, and its refund to an account") {
    Site site;
    const auto id = site.sandbox.paid(R"(,"method":"vbank")");
    CHECK(site.find(id).stage == Stage::awaiting_deposit);
    CHECK(site.find(id).deposit_deadline == site.sandbox.clock().now() + std::chrono::hours{72});
    site.sandbox.clock().advance(std::chrono::hours{48});
    REQUIRE(site.sandbox.post("/sandbox/deposit", R"({"receipt_id":")" + id + "\"}").status == 200);
    CHECK(site.find(id).stage == Stage::paid);
    CHECK(site.cancel({id, "c1", Won{400}, "why"}).error() == Refusal::refused);
    const gateway::RefundAccount account{"088", "110123456789", "홍길동"};
    const auto part = site.cancel({id, "c2", Won{400}, "why", account});
    REQUIRE(part);
    CHECK(part->canceled == Won{400});
    CHECK(site.cancel({id, "c2", Won{400}, "why", account}).error() == Refusal::not_ready);
    CHECK(site.cancel({id, "c3", {}, "why", account}).value().stage == Stage::canceled);
}

TEST_CASE("a billing key: found, charged, declined, revoked") {
    Site site;
    const auto issued = site.sandbox.post("/sandbox/billing-keys", R"({"user_id":"kim"})");
    const auto found = site.find_key(issued.text_of("receipt_id"));
    REQUIRE((found && *found));
    CHECK((*found)->user_id == "kim");
    CHECK((*found)->label == "비씨 9012");
    CHECK((*found)->expires_at == parse_rfc3339("2099-12-31T23:59:59+09:00"));
    CHECK(!site.find_key(nowhere).value());
    CHECK(!site.find_key(site.sandbox.paid()).value());

    const std::string& key = (*found)->key;
    const auto charged = site.charge(key, "ord_1");
    REQUIRE(charged);
    CHECK(charged->charged());
    CHECK(charged->method == "card");
    CHECK(charged->user_id == "kim");
    site.sandbox.fault("decline_charge");
    CHECK(site.charge(key, "ord_2").error() == Refusal::declined);
    site.sandbox.fault("drop_after_charge");
    CHECK(site.charge(key, "ord_3").error() == Refusal::unknown);
    const auto after = wait_for<gateway::FoundAll>([&](auto done) {
        site.client.find_by_order("ord_3", std::move(done));
    });
    REQUIRE(after.value().size() == 1);
    CHECK(after->front().charged());

    REQUIRE(site.revoke_key(key));
    CHECK(site.revoke_key(key).error() == Refusal::refused);
    CHECK(site.charge(key, "ord_4").error() == Refusal::refused);
    CHECK(!site.find_key(issued.text_of("receipt_id")).value());
}

TEST_CASE("a reservation: found while it waits, charged when its time comes, or revoked") {
    Site site;
    sandbox::Receiver receiver(site.sandbox.io());
    site.sandbox.sandbox().set_webhook_url(receiver.url());
    const auto key = site.key();
    const auto reserved = site.reserve(key, std::chrono::hours{1});
    REQUIRE(reserved);
    CHECK(reserved->order_id == "ord_later");
    const auto waiting = site.find_reservation(reserved->reserve_id);
    REQUIRE(waiting);
    CHECK(waiting->execute_at == reserved->execute_at);
    CHECK(!waiting->receipt_id);
    const auto other = site.reserve(key, std::chrono::hours{1});
    REQUIRE(site.revoke_reservation(other.value().reserve_id));
    CHECK(site.find_reservation(other->reserve_id)->revoked_at);
    CHECK(site.revoke_reservation(other->reserve_id).error() == Refusal::refused);

    site.sandbox.clock().advance(std::chrono::hours{1});
    const auto webhook = receiver.next();
    const auto ran = site.find_reservation(reserved->reserve_id);
    REQUIRE((ran && ran->receipt_id));
    CHECK(*ran->receipt_id == sandbox::text(webhook, "receipt_id"));
    CHECK(ran->finished_at);
    CHECK(site.find(*ran->receipt_id).charged());
    CHECK(site.revoke_reservation(reserved->reserve_id).error() == Refusal::refused);
    CHECK(!site.find_reservation(nowhere));
    site.sandbox.fault("drop_after_reserve");
    CHECK(site.reserve(key, std::chrono::hours{1}).error() == Refusal::unknown);
}
