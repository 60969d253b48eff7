#include "bootpay/scripted.hpp"

using namespace pay;
using namespace pay::bootpay;
using namespace pay::bootpay::scripted;
using gateway::Refusal;
using gateway::Trouble;

namespace {

const gateway::Charge charge_of_kim{"b1", "ord_1", "500 points", Won{1'000}, "kim"};

std::string issue(int status = 11, const std::string& id = receipt) {
    return R"({"receipt_id":")" + id + R"(","billing_key":"b1","status":)" +
           std::to_string(status) + '}';
}
std::string reservation(const std::string& id = "v1") {
    return R"({"reserve_id":")" + id + R"(","reserve_execute_at":"2026-03-03T00:00:00Z"})";
}

gateway::FoundKey find_key(Client& client, const std::string& id = receipt) {
    return wait_for<gateway::FoundKey>([&](auto done) { client.find_key(id, std::move(done)); });
}
gateway::Approved charge(Client& client) {
    return wait_for<gateway::Approved>([&](auto done) {
        client.charge(charge_of_kim, std::move(done));
    });
}
gateway::Reserved reserve(Client& client) {
    return wait_for<gateway::Reserved>([&](auto done) {
        client.reserve(charge_of_kim, noon, std::move(done));
    });
}
gateway::FoundReservation find_reservation(Client& client, const std::string& id = "v1") {
    return wait_for<gateway::FoundReservation>([&](auto done) {
        client.find_reservation(id, std::move(done));
    });
}
gateway::Revoked revoke_reservation(Client& client, const std::string& id = "v1") {
    return wait_for<gateway::Revoked>([&](auto done) {
        client.revoke_reservation(id, std::move(done));
    });
}
gateway::Revoked revoke_key(Client& client, const std::string& id = "b1") {
    return wait_for<gateway::Revoked>([&](auto done) { client.revoke_key(id, std::move(done)); });
}

/// The outcome of every call that acts, and how often it went out.
void check_actions(const http::Handler& rest, Refusal expected) {
    Asked asked(rest);
    CHECK(charge(asked.client).error() == expected);
    CHECK(reserve(asked.client).error() == expected);
    CHECK(revoke_reservation(asked.client).error() == expected);
    CHECK(revoke_key(asked.client).error() == expected);
    CHECK(asked.bootpay.count("/v2/subscribe/payment") == 1);
    CHECK(asked.bootpay.count("/v2/subscribe/payment/reserve") == 1);
    CHECK(asked.bootpay.count("/v2/subscribe/payment/reserve/v1") == 1);
    CHECK(asked.bootpay.count("/v2/subscribe/billing_key/b1") == 1);
}

}  // namespace

TEST_CASE("a billing key by the receipt of its issue") {
    SUBCASE("issued") {
        Asked asked(always(200, issue()));
        const auto found = find_key(asked.client);
        REQUIRE((found && *found));
        CHECK((*found)->key == "b1");
        CHECK(asked.bootpay.count("/v2/subscribe/billing_key/" + receipt) == 1);
    }
    SUBCASE("none: unknown, no issue, not yet, waiting for consent, destroyed, no id at all") {
        const std::vector<std::pair<int, std::string>> answers{
            {404, error("RC_NOT_FOUND")},
            {400, error("RC_NOT_SUBSCRIBE")},
            {400, error("SUBSCRIBE_PUBLISH_NOT_READY")},
            {200, issue(41)},
            {200, issue(-11)},
        };
        for (const auto& [status, body] : answers) {
            CAPTURE(body);
            Asked asked(always(status, body));
            const auto found = find_key(asked.client);
            REQUIRE(found);
            CHECK(!*found);
        }
        Asked asked(always(200, issue()));
        const auto found = find_key(asked.client, "../receipt/" + receipt);
        REQUIRE(found);
        CHECK(!*found);
        CHECK(asked.bootpay.bodies.empty());
    }
    SUBCASE("no answer to go by") {
        const std::vector<std::pair<int, std::string>> answers{
            {500, error("RC_NOT_SUBSCRIBE")},
            {404, "<html>"},
            {200, "<html>"},
            {200, issue(11, "ffffffffffffffffffffffff")},
        };
        for (const auto& [status, body] : answers) {
            CAPTURE(body);
            Asked asked(always(status, body));
            CHECK(find_key(asked.client).error() == Trouble::unknown);
        }
        Asked asked(always(200, issue()));
        asked.bootpay.gives_tokens = false;
        CHECK(find_key(asked.client).error() == Trouble::not_sent);
    }
}

TEST_CASE("a charge is what the gateway says of this order") {
    SUBCASE("paid") {
        Asked asked(always(200, payment(1)));
        const auto charged = charge(asked.client);
        REQUIRE(charged);
        CHECK(charged->charged());
        CHECK(asked.bootpay.bodies.back().find(R"("order_id":"ord_1")") != std::string::npos);
    }
    SUBCASE("of another order, or not to be read") {
        for (const std::string& body :
             {std::string(R"({"receipt_id":"r","order_id":"ord_2","price":1000,"status":1})"),
              std::string("{}"), std::string("<html>")}) {
            Asked asked(always(200, body));
            CHECK(charge(asked.client).error() == Refusal::unknown);
            CHECK(asked.bootpay.count("/v2/subscribe/payment") == 1);
        }
    }
    SUBCASE("declined, and a dead key") {
        Asked declined(always(400, error("RC_CONFIRM_FAILED")));
        CHECK(charge(declined.client).error() == Refusal::declined);
        Asked dead(always(400, error("SUBSCRIBE_BK_EXPIRED")));
        CHECK(charge(dead.client).error() == Refusal::refused);
    }
}

TEST_CASE("a charge is reserved, found and revoked, and a key is revoked") {
    Asked asked([](Request request, Responder responder) {
        const bool gone = request.method == http::Method::del;
        const bool key = request.path == "/v2/subscribe/billing_key/b1";
        responder.send(http::json_response(
            200, !gone ? reservation()
                 : key ? R"({"billing_key":"b1"})"
                       : R"({"reserve_id":"v1","success":true})"
        ));
    });
    const auto reserved = reserve(asked.client);
    REQUIRE(reserved);
    CHECK(reserved->reserve_id == "v1");
    CHECK(reserved->order_id == "ord_1");
    CHECK(asked.bootpay.bodies.back().find("reserve_execute_at") != std::string::npos);
    const auto found = find_reservation(asked.client);
    REQUIRE((found && *found));
    CHECK((*found)->execute_at == parse_rfc3339("2026-03-03T00:00:00Z"));
    CHECK(revoke_reservation(asked.client));
    CHECK(revoke_key(asked.client));
    CHECK(asked.bootpay.bodies.back().empty());
}

TEST_CASE("a reservation that is not there, and an answer that is none") {
    SUBCASE("unknown") {
        Asked asked(always(404, error("RC_NOT_FOUND")));
        const auto found = find_reservation(asked.client);
        REQUIRE(found);
        CHECK(!*found);
    }
    SUBCASE("an id that can be none of Bootpay's") {
        Asked asked(always(200, reservation()));
        const auto found = find_reservation(asked.client, "v1/../v2");
        REQUIRE(found);
        CHECK(!*found);
        CHECK(revoke_reservation(asked.client, "..").error() == Refusal::refused);
        CHECK(revoke_key(asked.client, "").error() == Refusal::refused);
        CHECK(asked.bootpay.bodies.empty());
    }
    SUBCASE("another one, or garbage") {
        for (const std::string& body : {reservation("v2"), std::string("<html>")}) {
            Asked asked(always(200, body));
            CHECK(find_reservation(asked.client).error() == Trouble::unknown);
        }
    }
}

TEST_CASE("what is gone already is a refusal") {
    for (const char* code : {"RC_ALREADY_CANCELLED", "SUBSCRIBE_BK_EXPIRED"}) {
        Asked asked(always(400, error(code)));
        CHECK(revoke_reservation(asked.client).error() == Refusal::refused);
        CHECK(revoke_key(asked.client).error() == Refusal::refused);
    }
}

TEST_CASE("what acts on a key goes out once, whatever becomes of it") {
    SUBCASE("500") {
        check_actions(always(500, "oops"), Refusal::unknown);
    }
    SUBCASE("garbage") {
        check_actions(always(200, "<html>"), Refusal::unknown);
    }
    SUBCASE("a refusal that is not Bootpay's own") {
        check_actions(always(404, "<html>"), Refusal::unknown);
    }
    SUBCASE("the payment company did not answer Bootpay") {
        check_actions(always(400, error("RC_CONFIRM_CRITICAL_FAILED")), Refusal::unknown);
    }
    SUBCASE("gone already") {
        check_actions(always(400, error("SUBSCRIBE_BK_EXPIRED")), Refusal::refused);
        check_actions(always(404, error("RC_NOT_FOUND")), Refusal::refused);
    }
    SUBCASE("too many") {
        check_actions(always(429, ""), Refusal::not_sent);
    }
}

TEST_CASE("an answer to a charge that never comes is an unknown outcome, asked for once") {
    std::promise<std::shared_ptr<Responder>> came;
    Bootpay bootpay([&](Request, Responder responder) {
        came.set_value(std::make_shared<Responder>(std::move(responder)));
    });
    auto options = bootpay.options();
    options.action_timeout = Duration{200};
    Client client(bootpay.io, options, std::make_shared<ManualClock>(noon));
    CHECK(charge(client).error() == Refusal::timed_out);
    CHECK(bootpay.count("/v2/subscribe/payment") == 1);
    came.get_future().get()->send(http::json_response(200, payment(1)));  // too late
}
