#include <doctest/doctest.h>

#include "core/ident/ident.hpp"
#include "ground.hpp"
#include "order/api_auto_charge.hpp"
#include "order/desk.hpp"
#include "order/store_auto_charge.hpp"
#include "order/town.hpp"

using namespace pay;
using namespace pay::order;
using namespace pay::order::test;
constexpr auto by_post = http::Method::post;

namespace {

const std::string secret = "billing-key-of-kim";

bool has(const http::Response& response, std::string_view text) {
    return response.body.find(text) != response.body.npos;
}
std::string id_in(const http::Response& response, std::string_view prefix) {
    const auto at = response.body.find(prefix);
    REQUIRE(at != response.body.npos);
    return response.body.substr(at, prefix.size() + 26);
}

/// A town where kim has a card stored at the gateway.
struct Shop : Town {
    Shop() {
        gateway::BillingKey key;
        key.key = secret;
        key.receipt_id = receipt_a;
        key.user_id = "kim";
        key.label = "KB 1234";
        billing.keys[receipt_a] = key;
    }

    http::Response ask(
        http::Method method, const std::string& path, const std::string& body = "",
        const std::string& who = "kim", const std::string& key = ""
    ) {
        pay::test::Front front(clock, auto_charge_routes(*service, billing));
        auto answer = front.ask(method, who, path, body, key);
        CHECK_FALSE(has(answer, secret));
        return answer;
    }
    http::Response add_key(const std::string& who = "kim", const std::string& key = "") {
        const auto body = R"({"receipt_id":")" + receipt_a + R"(","consent":true})";
        return ask(by_post, "/v1/billing-keys", body, who, key);
    }
    http::Response add_charge(const std::string& rest, const std::string& who = "kim") {
        const auto body =
            R"({"billing_key_id":")" + key_id + R"(","item_id":"itm_p",)" + rest + '}';
        return ask(by_post, "/v1/auto-charges", body, who);
    }
    void agree(const std::string& trigger = R"("below":100)") {
        const auto key = add_key();
        REQUIRE(key.status == 201);
        key_id = id_in(key, prefix::billing_key);
        const auto made = add_charge(trigger + R"(,"consent":true)");
        REQUIRE(made.status == 201);
        charge_id = id_in(made, prefix::auto_charge);
    }

    bool hear(std::int64_t balance) {
        const auto message = json::to_text(point::Balance{"kim", Points{balance}, ++version});
        return pay::test::publish(*bus, point::replies_topic, point::balance_type, message, "kim");
    }
    std::unique_ptr<sql::Connection> connect() {
        return service->engine().database().connect(sql::Mode::read_only);
    }
    AutoCharge charge() {
        const auto found = find_auto_charge(*connect(), charge_id);
        REQUIRE(found);
        return *found;
    }
    Result<Answer> run(Command command) {
        std::promise<Result<Answer>> done;
        service->engine().writer().submit(
            {std::move(command),
             [&](Result<Answer> result) { done.set_value(std::move(result)); },
             {},
             {}}
        );
        return done.get_future().get();
    }
    /// What the job does when it finds it due. Of a new charge this is a process that dies with the
    /// intent: nobody calls the gateway.
    Next drive() {
        const auto result = run(DriveAutoCharge{charge_id, make_id(prefix::order, service->now())});
        REQUIRE(result);
        return result->next;
    }
    std::size_t calls() { return billing.get(billing.calls).size(); }
    /// Waits until the gateway was asked so often for a charge; the id of the last one's order.
    std::string called(std::size_t times) {
        REQUIRE(bell.await([&] { return calls() >= times; }));
        return billing.get(billing.calls).back().order_id;
    }
    /// The look at an order that is final.
    AutoCharge settled() {
        turn(std::chrono::minutes{1});
        CHECK(drive() == Next::nothing);
        const auto now = charge();
        CHECK_FALSE(now.charging);
        return now;
    }
    /// A look of the driver that began before the clock was turned may put it off once.
    void expire(const std::string& order_id) {
        for (int i = 0; i < 3 && find(order_id)->status == Status::PENDING; ++i) {
            turn(service->settings().expire_after);
            CHECK(run(Wake{order_id, true, service->now()}));
        }
        CHECK(find(order_id)->status == Status::EXPIRED);
    }

    std::string key_id;
    std::string charge_id;
    std::int64_t version = 0;
};

}  // namespace

TEST_CASE("a balance that falls is charged once; withdrawn, never again") {
    Shop shop;
    shop.agree();
    CHECK(shop.hear(100));
    CHECK(shop.hear(99));
    const auto order = shop.called(1);
    CHECK(shop.reaches(order, Status::SUCCESS));
    const auto call = shop.billing.get(shop.billing.calls).front();
    CHECK(call.billing_key == secret);
    CHECK(call.price == Won{5'000});
    CHECK(call.user_id == "kim");
    CHECK(shop.settled().last_order_id == order);
    const auto listed = shop.ask(http::Method::get, "/v1/auto-charges");
    CHECK(has(listed, order));
    CHECK(has(listed, R"("status":"active")"));
    const auto path = "/v1/auto-charges/" + shop.charge_id + "/withdraw";
    CHECK(shop.ask(by_post, path, "", "lee").status == 404);
    CHECK(has(shop.ask(by_post, path), R"("status":"withdrawn")"));
    CHECK(shop.hear(1));
    shop.turn(std::chrono::hours{48});
    CHECK(shop.drive() == Next::nothing);
    CHECK(shop.calls() == 1);
    CHECK(shop.all().size() == 1);
}

TEST_CASE("a day of the month comes") {
    Shop shop;
    shop.agree(R"("monthly_day":5)");
    const auto due = shop.charge().due_at;
    REQUIRE(due);
    CHECK(shop.drive() == Next::nothing);
    shop.turn(*due - shop.service->now());
    CHECK(shop.reaches(shop.called(1), Status::SUCCESS));
    CHECK(shop.settled().due_at == *due + std::chrono::days{31});
    CHECK(shop.drive() == Next::nothing);
    CHECK(shop.calls() == 1);
}

TEST_CASE("a process that dies after the call: the payment is found, nothing is charged twice") {
    Shop shop;
    shop.agree();
    shop.billing.dies_when_asked = true;
    CHECK(shop.hear(1));
    const auto order = shop.called(1);
    shop.reopen();
    CHECK(shop.find(order)->status == Status::PENDING);
    CHECK(shop.hear(0));
    shop.turn(std::chrono::minutes{1});
    CHECK(shop.drive() == Next::nothing);
    shop.driver->kick();
    CHECK(shop.reaches(order, Status::SUCCESS));
    CHECK(shop.settled().failures == 0);
    CHECK(shop.calls() == 1);
    CHECK(shop.all().size() == 1);
}

TEST_CASE("a process that dies with the intent, before the call: the order expires") {
    Shop shop;
    shop.agree();
    shop.auto_charges->stop();
    CHECK(shop.hear(1));
    CHECK(shop.drive() == Next::charge);
    const auto order = shop.charge().last_order_id;
    shop.reopen();
    shop.turn(std::chrono::minutes{5});
    CHECK(shop.drive() == Next::nothing);
    shop.expire(order);
    CHECK(shop.settled().last_failure == ChargeFailure::NOT_PAID);
    CHECK(shop.calls() == 0);
    // Only now another one, and not before its pause is over.
    CHECK(shop.hear(0));
    CHECK(shop.drive() == Next::nothing);
    shop.turn(std::chrono::hours{1});
    CHECK(shop.hear(0));
    CHECK(shop.called(1) != order);
}

TEST_CASE("an outcome that is not known is found later, or is none") {
    Shop shop;
    shop.agree();
    for (const auto refusal : {gateway::Refusal::unknown, gateway::Refusal::timed_out}) {
        const auto before = shop.calls();
        shop.billing.set(shop.billing.refuses_with, std::optional{refusal});
        shop.billing.set(shop.billing.charges_all_the_same, true);
        CHECK(shop.hear(1));
        const auto order = shop.called(before + 1);
        shop.turn(std::chrono::minutes{1});
        shop.driver->kick();
        CHECK(shop.reaches(order, Status::SUCCESS));
        CHECK(shop.settled().failures == 0);
        CHECK(shop.calls() == before + 1);
    }
    shop.billing.set(shop.billing.charges_all_the_same, false);
    CHECK(shop.hear(1));
    const auto order = shop.called(3);
    shop.expire(order);
    CHECK(shop.settled().last_failure == ChargeFailure::NOT_PAID);
    CHECK(shop.calls() == 3);
}

TEST_CASE("a gateway that is not reached is called again for the same order") {
    Shop shop;
    shop.agree();
    shop.billing.set(shop.billing.refuses_with, std::optional{gateway::Refusal::not_sent});
    CHECK(shop.hear(1));
    const auto order = shop.called(1);
    shop.billing.set(shop.billing.refuses_with, std::optional<gateway::Refusal>{});
    // What came back is written before what comes after it.
    CHECK(shop.run(point::Balance{"kim", Points{1}, 0}));
    shop.turn(std::chrono::seconds{10});
    CHECK(shop.called(2) == order);
    CHECK(shop.reaches(order, Status::SUCCESS));
    CHECK(shop.all().size() == 1);
}

TEST_CASE("declined again and again: paused, and its user is told") {
    Shop shop;
    shop.agree(R"("monthly_day":5)");
    shop.billing.refuses_with = gateway::Refusal::declined;
    for (std::size_t i = 1; i <= 3; ++i) {
        shop.turn(*shop.charge().due_at - shop.service->now());
        const auto order = shop.called(i);
        CHECK(shop.reaches(order, Status::FAIL));
        CHECK(shop.find(order)->failure == Failure::PAYMENT_DECLINED);
    }
    REQUIRE(shop.bell.await([&] { return shop.told("auto_charge.paused") == 1; }));
    CHECK(shop.told("order.failed") == 3);
    const auto listed = shop.ask(http::Method::get, "/v1/auto-charges?user_id=kim", "", "root");
    CHECK(has(listed, R"("status":"paused")"));
    CHECK(has(listed, R"("code":"DECLINED")"));
    CHECK_FALSE(shop.charge().due_at);
}

TEST_CASE("two that believe to lead and two triggers at once make one order") {
    for (int round = 0; round < 5; ++round) {
        Shop shop;
        shop.agree();
        AutoChargeJob other(*shop.service, *shop.flow, shop.billing, *shop.io);
        other.start();
        std::vector<std::future<Result<Answer>>> driven;
        CHECK(shop.hear(2));
        CHECK(shop.hear(1));
        CHECK(shop.reaches(shop.called(1), Status::SUCCESS));
        other.stop();
        shop.settled();
        CHECK(shop.all().size() == 1);
        CHECK(shop.calls() == 1);
    }
}

TEST_CASE("a revoked key is destroyed at the gateway, however long that is silent") {
    Shop shop;
    shop.agree();
    shop.billing.set(shop.billing.silent, true);
    const auto path = "/v1/billing-keys/" + shop.key_id + "/revoke";
    CHECK(shop.ask(by_post, path, "", "lee").status == 404);
    CHECK(has(shop.ask(by_post, path), R"("status":"revoked")"));
    CHECK(shop.charge().status == AutoChargeStatus::withdrawn);
    const auto tried = [&] { return shop.billing.get(shop.billing.revocations); };
    REQUIRE(shop.bell.await([&] { return tried() > 0; }));
    shop.billing.set(shop.billing.silent, false);
    const auto destroyed = [&] { return !shop.billing.get(shop.billing.destroyed).empty(); };
    CHECK(shop.run(point::Balance{"kim", Points{1}, 0}));  // behind the outcome of the last try
    shop.turn(std::chrono::minutes{1});
    REQUIRE(shop.bell.await(destroyed));
    CHECK(destroyed());
    CHECK(shop.run(KeyDestroyed{shop.key_id, true}));  // as another instance would say
    const auto key = find_billing_key(*shop.connect(), shop.key_id);
    CHECK(key->key.empty());
    CHECK(key->destroyed_at);
    CHECK(shop.add_key().status == 409);
}

TEST_CASE("refusals at the door of billing keys") {
    Shop shop;
    CHECK(
        shop.ask(by_post, "/v1/billing-keys", R"({"receipt_id":"x","consent":true})").status == 422
    );
    const auto unagreed = R"({"receipt_id":")" + receipt_a + R"(","consent":false})";
    CHECK(shop.ask(by_post, "/v1/billing-keys", unagreed).status == 422);
    const auto unknown = R"({"receipt_id":")" + receipt_b + R"(","consent":true})";
    CHECK(has(shop.ask(by_post, "/v1/billing-keys", unknown), "RECEIPT_INVALID"));
    CHECK(has(shop.add_key("lee"), "RECEIPT_INVALID"));
    shop.billing.set(shop.billing.silent, true);
    CHECK(shop.add_key("kim", "k").status == 504);
    shop.billing.set(shop.billing.silent, false);
    const auto made = shop.add_key("kim", "k");
    CHECK(made.status == 201);
    CHECK(http::find(made.headers, "Location").starts_with("/v1/billing-keys/bky_"));
    CHECK(shop.add_key("kim", "k").body == made.body);
    CHECK(id_in(shop.add_key(), prefix::billing_key) == id_in(made, prefix::billing_key));
    CHECK(has(shop.ask(http::Method::get, "/v1/billing-keys"), "KB 1234"));
    CHECK_FALSE(has(shop.ask(http::Method::get, "/v1/billing-keys", "", "lee"), "KB 1234"));
    CHECK(shop.ask(http::Method::get, "/v1/billing-keys?user_id=kim", "", "lee").status == 403);
    CHECK(has(shop.ask(http::Method::get, "/v1/billing-keys?user_id=kim", "", "root"), "KB 1234"));
    CHECK(shop.ask(by_post, "/v1/billing-keys/bky_none/revoke").status == 404);
}

TEST_CASE("refusals at the door of auto-charges") {
    Shop shop;
    shop.key_id = id_in(shop.add_key(), prefix::billing_key);
    const std::vector<std::pair<std::string, int>> rows{
        {R"("below":100)", 422},
        {R"("below":100,"consent":false)", 422},
        {R"("consent":true)", 422},
        {R"("below":100,"monthly_day":1,"consent":true)", 422},
        {R"("below":0,"consent":true)", 422},
        {R"("monthly_day":29,"consent":true)", 422},
        {R"("monthly_day":0,"consent":true)", 422},
        {R"("below":"x","consent":true)", 400},
        {R"("below":100,"consent":true,"amount":1)", 400},
    };
    for (const auto& [rest, status] : rows) {
        CAPTURE(rest);
        CHECK(shop.add_charge(rest).status == status);
    }
    CHECK(shop.add_charge(R"("below":100,"consent":true)", "lee").status == 404);
    CHECK(shop.add_charge(R"("below":100,"consent":true)").status == 201);
    CHECK(shop.add_charge(R"("below":200,"consent":true)").status == 409);
    CHECK(shop.add_charge(R"("monthly_day":28,"consent":true)").status == 201);
    CHECK(shop.ask(by_post, "/v1/auto-charges/auc_none/withdraw").status == 404);
    CHECK(shop.ask(http::Method::get, "/v1/auto-charges?limit=x").status == 400);
    CHECK_FALSE(shop.hear(1) == false);
    CHECK(pay::test::publish(*shop.bus, point::replies_topic, point::balance_type, "[]"));
}

TEST_CASE("what was agreed to, and taken back, stays written") {
    Shop shop;
    shop.agree();
    CHECK(shop.ask(by_post, "/v1/billing-keys/" + shop.key_id + "/revoke").status == 200);
    const auto connection = shop.service->engine().database().connect(sql::Mode::read_write);
    std::vector<std::string> lines;
    connection->query(
        "SELECT subject_id, act, user_id, terms FROM consent ORDER BY subject_id, act", {},
        [&](const sql::Row& row) {
            lines.push_back(std::string(row.text(0)).substr(0, 4) + std::string(row.text(1)));
            CHECK(row.text(2) == "kim");
            CHECK(row.text(3) == "1");
        }
    );
    CHECK(
        lines ==
        std::vector<std::string>{"auc_given", "auc_withdrawn", "bky_given", "bky_withdrawn"}
    );
    for (const auto* statement : {"DELETE FROM consent", "UPDATE consent SET act = 'given'"}) {
        CHECK_THROWS(connection->execute(statement));
    }
}
