#include <doctest/doctest.h>

#include "ground.hpp"
#include "order/desk.hpp"
#include "order/store.hpp"
#include "order/town.hpp"

using namespace pay;
using namespace pay::order;
using namespace pay::order::test;

namespace {

bool has(const http::Response& response, std::string_view part) {
    return response.body.find(part) != std::string::npos;
}

struct Office : Town {
    pay::test::Front front{clock, routes()};

    http::Response ask(const std::string& path, const std::string& who = "root") {
        return front.get(who, path);
    }
    http::Response page(const std::string& id) { return ask("/v1/admin/order/orders/" + id); }
    std::string buy() {
        const auto id = place();
        gateway.receipts[receipt_a] = payment(receipt_a, id, Stage::approvable);
        static_cast<void>(confirm(id).get());
        REQUIRE(reaches(id, Status::SUCCESS));
        return id;
    }
};

}  // namespace

TEST_CASE("an order's page tells all that happened, and what may be done now") {
    Office office;
    const auto id = office.buy();
    const auto page = office.page(id);
    REQUIRE(page.status == 200);
    CAPTURE(page.body);
    CHECK(has(page, R"("receipt":{"receipt_id":")" + receipt_a));
    CHECK(has(page, R"("waits":{"for":null,"attempts":0,"next_at":null,"deadline_at":null})"));
    CHECK(has(page, R"({"action":"cancel","allowed":true,"reason":null})"));
    CHECK(has(page, R"({"action":"retry","allowed":false,"reason":"The order waits)"));
    CHECK(has(page, R"({"action":"refunded","allowed":false,"reason":"Only an order)"));
    CHECK(has(page, R"("kind":"request","text":"The order was placed")"));
    CHECK(has(page, R"("text":"The gateway says of the receipt: waits for our approval")"));
    CHECK(has(page, R"("text":"The gateway is asked to approve the payment")"));
    CHECK(has(page, R"("text":"The approval ended: paid")"));
    CHECK(has(page, R"("detail":{"from":"PENDING","to":"PAID"})"));
    CHECK(has(page, R"("detail":{"topic":"payments.point.commands","type":"point.credit"})"));
    CHECK(has(page, R"x("kind":"message_in","text":"The point service did it (point.credit)")x"));
    CHECK(has(page, R"("detail":{"from":"PAID","to":"SUCCESS"})"));
    CHECK(page.body.find("was placed") < page.body.find("PENDING\",\"to"));
}

TEST_CASE("an operator's cancel stands in the timeline once, with its phases") {
    Office office;
    const auto id = office.buy();
    const std::string body = R"({"reason":"the buyer asked by telephone"})";
    const auto path = "/v1/orders/" + id + "/cancel";
    REQUIRE(office.call({path, body, "root", "", 0, http::Role::admin}).status == 202);
    REQUIRE(office.reaches(id, Status::CANCELED));
    const auto page = office.page(id);
    CAPTURE(page.body);
    CHECK(has(page, R"("text":"An operator canceled it","detail":{"action":"order.cancel")"));
    CHECK(has(page, "the buyer asked by telephone"));
    CHECK(has(page, R"("text":"Cancel: the points are set aside","detail":{"phase":"holding"})"));
    CHECK(has(page, R"("text":"The money was returned; the receipt now: canceled")"));
    CHECK(has(page, R"("compensates":"true","topic":"payments.order-item.commands")"));
    CHECK(has(page, R"("refunds":[{"receipt_id":")" + receipt_a));
    CHECK(has(page, R"({"action":"cancel","allowed":false,"reason":)"));
}

TEST_CASE("an order from before there were trails shows what its rows tell") {
    Office office;
    const auto id = office.buy();
    office.service->engine()
        .database()
        .connect(sql::Mode::read_write)
        ->execute("UPDATE purchase_order SET trail = ''");
    const auto page = office.page(id);
    CAPTURE(page.body);
    CHECK(has(page, R"("kind":"status","text":"The order was placed")"));
    CHECK(has(page, R"("text":"Step payment: done")"));
    CHECK(has(page, R"("text":"Status: succeeded","detail":{"to":"SUCCESS"})"));
}

TEST_CASE("a webhook that was kept stands in the timeline") {
    Office office;
    const auto id = office.place();
    office.gateway.receipts[receipt_a] = payment(receipt_a, id, Stage::paid);
    const auto body = R"({"receipt_id":")" + receipt_a + R"(","order_id":")" + id +
                      R"(","price":5000,"status":1})";
    const auto said = office.front.ask(http::Method::post, "", "/webhooks/bootpay", body);
    REQUIRE(said.status == 200);
    office.turn(std::chrono::seconds{1});
    REQUIRE(office.reaches(id, Status::SUCCESS));
    const auto page = office.page(id);
    CAPTURE(page.body);
    CHECK(has(page, R"("kind":"webhook","text":"The gateway sent a webhook")"));
    CHECK(has(page, R"("text":"Looked up because of a webhook: paid")"));
    CHECK(has(page, R"("webhooks":[{"receipt_id":)"));
}

TEST_CASE("orders that stand still are listed page by page") {
    Office office;
    office.services_answer = false;
    std::vector<std::string> ids;
    for (const auto& receipt : {receipt_a, receipt_b}) {
        ids.push_back(office.place());
        office.gateway.receipts[receipt] = payment(receipt, ids.back(), Stage::paid);
        const auto body = R"({"receipt_id":")" + receipt + "\"}";
        static_cast<void>(office.call({"/v1/orders/" + ids.back() + "/confirm", body}));
        office.turn(Duration{1});
    }
    const std::string path = "/v1/admin/order/attention";
    CHECK(office.ask(path).body == R"({"data":[],"next_cursor":null})");
    office.turn(std::chrono::minutes{2});
    const auto first = office.ask(path + "?limit=1");
    CHECK(has(first, ids[0]));
    CHECK_FALSE(has(first, ids[1]));
    CHECK(has(first, R"("why":"paid")"));
    const auto at = first.body.find("next_cursor\":\"") + 14;
    const auto cursor = first.body.substr(at, first.body.find('"', at) - at);
    const auto second = office.ask(path + "?limit=1&cursor=" + cursor);
    CHECK(has(second, ids[1]));
    CHECK(has(second, R"("next_cursor":null)"));
    for (const auto* bad : {"x", "1", "1.", "1.2", "1.2.ord_x", "", "a.2."}) {
        CHECK(office.ask(path + "?cursor=" + bad).status == 400);
    }
    CHECK(office.ask(path + "?limit=0").status == 400);
    const auto page = office.page(ids[0]);
    CHECK(has(page, R"("for":"point")"));
    CHECK(has(page, R"({"action":"retry","allowed":true,"reason":null})"));
}

TEST_CASE("a receipt finds its order, for a user only their own") {
    Office office;
    const auto id = office.buy();
    const auto path = "/v1/orders?receipt_id=" + receipt_a;
    CHECK(has(office.ask(path), id));
    CHECK(has(office.ask(path, "kim"), id));
    CHECK_FALSE(has(office.ask(path, "lee"), id));
    CHECK_FALSE(has(office.ask("/v1/orders?receipt_id=" + receipt_b), id));
    CHECK(office.ask("/v1/orders?receipt_id=nonsense").status == 400);
}

TEST_CASE("what operators look at is theirs alone, and asked for properly") {
    Office office;
    const auto id = office.buy();
    CHECK(has(office.ask("/v1/admin/order/sales"), R"("succeeded":1)"));
    CHECK(has(office.ask("/v1/admin/order/sales?by=hour"), R"("amount":5000)"));
    CHECK(office.ask("/v1/admin/order/sales?by=year").status == 400);
    CHECK(office.page("ord_nope").status == 404);
    CHECK(office.page(make_id(prefix::order, office.clock->now())).status == 404);
    CHECK(office.ask("/v1/admin/order/orders/" + id + "?x=1").status == 400);
    for (const auto& path : {"orders/" + id, std::string("attention"), std::string("sales")}) {
        CHECK(office.ask("/v1/admin/order/" + path, "kim").status == 403);
    }
}
