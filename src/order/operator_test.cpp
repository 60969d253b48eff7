#include <doctest/doctest.h>

#include "order/desk.hpp"
#include "order/store.hpp"
#include "order/town.hpp"

using namespace pay;
using namespace pay::order;
using namespace pay::order::test;

namespace {

const auto admin = http::Role::admin;
const std::string why = R"({"reason":"the merchant's balance is filled up"})";

struct Office : Town {
    /// An order whose refund the gateway refused.
    std::string stuck() {
        item_refused = true;
        gateway.set(gateway.refuses_cancels, true);
        const auto id = place();
        gateway.receipts[receipt_a] = payment(receipt_a, id, Stage::paid);
        static_cast<void>(confirm(id).get());
        const auto refused = std::make_shared<std::promise<void>>();
        const auto is_refused = [](const Order& order) {
            return order.failure == Failure::REFUND_REFUSED;
        };
        const auto watch = service->watchers()->watch(id, [=](const Order& order) {
            if (is_refused(order)) refused->set_value();
            return is_refused(order);
        });
        if (!is_refused(*find(id))) refused->get_future().wait();
        gateway.set(gateway.refuses_cancels, false);
        return id;
    }
    int retry(const std::string& id, const std::string& body, const std::string& key = "") {
        return call({"/v1/admin/order/orders/" + id + "/retry", body, "root", key, 0, admin})
            .status;
    }
    std::vector<audit_log::ActionView> actions() {
        return audit_log::list(*service->engine().database().connect(sql::Mode::read_only), {}, {});
    }
};

}  // namespace

TEST_CASE("a refund that was refused is tried again at an admin's word, which is written once") {
    Office office;
    const auto id = office.stuck();
    CHECK(office.retry(id, "{}") == 422);
    CHECK(office.retry(id, "{") == 400);
    CHECK(office.retry("ord_nope", why) == 404);
    CHECK(office.retry(make_id(prefix::order, office.clock->now()), why) == 404);
    CHECK(office.actions().empty());
    CHECK(office.retry(id, why, "key-1") == 202);
    CHECK(office.retry(id, why, "key-1") == 202);  // the first answer again
    CHECK(office.reaches(id, Status::FAIL));
    CHECK(office.retry(id, why) == 409);
    const auto actions = office.actions();
    REQUIRE(actions.size() == 1);
    CHECK(actions.front().actor == "root");
    CHECK(actions.front().action == "order.retry");
    CHECK(actions.front().target == id);
    CHECK(actions.front().reason == "the merchant's balance is filled up");
    CHECK(actions.front().changes.front().after == "refund of " + receipt_a);
}

TEST_CASE("what waits is looked at without its time having come") {
    Office office;
    office.services_answer = false;
    const auto id = office.place();
    office.gateway.receipts[receipt_a] = payment(receipt_a, id, Stage::paid);
    static_cast<void>(office.confirm(id).get());
    office.services_answer = true;
    CHECK(office.retry(id, why) == 202);  // the clock stands still
    CHECK(office.reaches(id, Status::SUCCESS));
    CHECK(office.actions().front().changes.front().after == "PAID");
}

TEST_CASE("a cancel is an operator's action if an admin asks for it") {
    Office office;
    const auto id = office.place();
    office.gateway.receipts[receipt_a] = payment(receipt_a, id, Stage::paid);
    static_cast<void>(office.confirm(id).get());
    REQUIRE(office.reaches(id, Status::SUCCESS));
    office.services_answer = false;  // it is about who asked, not about the cancel's end
    const auto cancel = [&](const std::string& user, http::Role role) {
        const std::string body = R"({"amount":1000,"reason":"half of it was bad"})";
        return office.call({"/v1/orders/" + id + "/cancel", body, user, "", 0, role}).status;
    };
    CHECK(cancel("root", admin) == 202);
    CHECK(cancel("root", admin) == 409);  // one is under way
    const auto actions = office.actions();
    REQUIRE(actions.size() == 1);
    CHECK(actions.front().action == "order.cancel");
    CHECK(actions.front().target == id);
    CHECK(actions.front().reason == "half of it was bad");
    CHECK(actions.front().changes.at(1).after == "1000");
}
