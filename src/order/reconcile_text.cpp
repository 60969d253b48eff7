#include "order/reconcile_text.hpp"

namespace pay::order::reconcile {
namespace {

constexpr Duration one_order{1'000};

std::string post(const std::string& path, const std::string& body) {
    return "curl -H \"Authorization: Bearer $TOKEN\" $URL" + path + " -d '" + body + "'";
}

}  // namespace

std::string won(Won amount) {
    return std::to_string(amount.value()) + " won";
}

std::string points(Points count) {
    return std::to_string(count.value()) + " points";
}

std::string amounts(Won there, Won here) {
    return won(there) + " there, " + won(here) + " here";
}

std::string ask_again(const Order& order) {
    return "payments reconcile --from " + to_rfc3339(order.created_at) + " --to " +
           to_rfc3339(order.created_at + one_order);
}

std::string retry(const Order& order) {
    return post(
        "/v1/admin/order/orders/" + order.id + "/retry", R"({"reason":"found by reconcile"})"
    );
}

std::string cancel_by_admin(const Order& order) {
    return post("/v1/orders/" + order.id + "/cancel", R"({"reason":"found by reconcile"})");
}

std::string correct_amount(const Order& order, const gateway::Payment& payment) {
    if (order.status == Status::SUCCESS && payment.canceled >= order.returned()) {
        return cancel_by_admin(order);
    }
    return return_there(payment.receipt_id);
}

std::string adjust(const Order& order, Points by) {
    const auto body = "{\"points\":" + std::to_string(by.value()) + ",\"reason\":\"" + order.id +
                      " found by reconcile\"}";
    return post("/v1/points/" + order.user_id + "/adjust", body);
}

std::string look_at_ledger(const Order& order) {
    return "curl -H \"Authorization: Bearer $TOKEN\" $URL/v1/points/" + order.user_id + "/ledger";
}

std::string return_there(const std::string& receipt_id) {
    return "In Bootpay's back office: cancel what must go back of receipt " + receipt_id;
}

}  // namespace pay::order::reconcile
