#include "audit/damage.hpp"

/// Purchases with points, cancels, bonus and expiry: books with them balance, and each damage to
/// them is found.
using namespace pay;
using namespace pay::audit;

namespace {

using order::Status;
using point::HoldEnd;
using point::Purpose;

const std::string choi = "choi";

order::Order charge_of(const std::string& id, Status status, const std::string& receipt) {
    auto order = order_of(id, choi, status, receipt);
    order.bonus = Points{50};
    if (status != Status::CANCELED) return order;
    const order::Step reversed{order::StepStatus::reversed, noon};
    order.payment = order.order_item = reversed;
    order.point = reversed;
    order.canceled_amount = *order.amount;
    return order;
}

void credit(Shop& shop, const std::string& order, Time at = noon) {
    shop.book(point::Credit{"ptx_c_" + order, {order, choi, Points{500}, Points{50}}}, at);
}

void hold(
    Shop& shop, const std::string& order, const std::string& id, Purpose purpose, int points,
    int bonus = 0, bool owed = false
) {
    shop.book(point::TakeHold{
        "ptx_h_" + id,
        {.order_id = order,
         .hold_id = id,
         .user_id = choi,
         .purpose = purpose,
         .points = Points{points},
         .bonus = Points{bonus},
         .owed = owed}
    });
}
void settle(Shop& shop, const std::string& order, const std::string& id) {
    shop.book(point::SettleHold{"ptx_s_" + id, HoldEnd{order, id, choi}});
}

void add_cancellation(
    Shop& shop, const std::string& id, const std::string& order, const std::string& phase,
    int amount, int fee, const std::string& origin = "user"
) {
    const std::array<sql::Value, 6> values{std::string_view{id},    std::string_view{order},
                                           std::string_view{phase}, std::string_view{origin},
                                           std::int64_t{amount},    std::int64_t{fee}};
    shop.order().execute(
        "INSERT INTO cancellation (id, order_id, phase, origin, amount, fee, points, bonus, "
        "asked_by, reason, failure, created_at, updated_at) "
        "VALUES (?, ?, ?, ?, ?, ?, 0, 0, 'choi', 'x', 'NONE', 1, 1772414142000)",
        values
    );
}

/// Content for 30 points.
order::Order purchase_of(const std::string& id, Status status) {
    auto order = order_of(id, choi, status, "");
    order.kind = item::Kind::content;
    order.payment_method = order::PaymentMethod::points;
    order.amount.reset();
    order.points = Points{30};
    order.canceled_amount = {};
    return order;
}

void returned(Shop& shop, const std::string& receipt, const std::string& order) {
    order::Refund refund;
    refund.receipt_id = receipt;
    refund.order_id = order;
    refund.status = order::RefundStatus::done;
    shop.add(refund);
}

/// One of each: a charge of which a part was canceled for a fee; one that was canceled at the
/// gateway when its points were spent; purchases that stand, were canceled, were refused and are
/// under way; a cancel under way; bonus points that expired.
void fill_cancels(Shop& shop) {
    const auto receipt = [](int number) { return numbered(std::string(16, '1'), number); };
    credit(shop, "ord_a", noon - std::chrono::days{400});
    shop.book(point::Expire{"ptx_x", choi}, noon - std::chrono::days{20});
    auto part = charge_of("ord_a", Status::SUCCESS, receipt(1));
    part.canceled_amount = Won{1'004};
    part.cancel_fee = Won{4};
    shop.add(part);
    shop.save_item("ord_a", choi);
    add_cancellation(shop, "can_1", "ord_a", "done", 1'004, 4);
    add_cancellation(shop, "can_asked", "ord_a", "done", 3'000, 0, "simulation");
    add_cancellation(shop, "can_refused", "ord_a", "refused", 3'000, 0);
    returned(shop, receipt(1), "ord_a");
    hold(shop, "ord_a", "can_1", Purpose::cancel, 101, 11, true);  // the bonus is owed: it expired
    settle(shop, "ord_a", "can_1");

    credit(shop, "ord_b");
    for (const auto* id : {"ord_c", "ord_d"}) {
        shop.add(purchase_of(id, id == std::string("ord_c") ? Status::SUCCESS : Status::CANCELED));
        hold(shop, id, id, Purpose::purchase, 30);
        settle(shop, id, id);
        shop.save_item(id, choi, id == std::string("ord_d"));
    }
    shop.book(point::Reverse{"ptx_r", {"ord_d", choi, Points{30}}});
    add_cancellation(shop, "can_2", "ord_d", "done", 0, 0);
    shop.order().execute("UPDATE purchase_order SET payment_step = 'reversed' WHERE id = 'ord_d'");
    hold(shop, "ord_b", "can_3", Purpose::cancel, 500, 50, true);
    settle(shop, "ord_b", "can_3");
    shop.add(charge_of("ord_b", Status::CANCELED, receipt(2)));
    shop.save_item("ord_b", choi, true);
    add_cancellation(shop, "can_3", "ord_b", "done", 5'000, 0, "gateway");

    shop.add(purchase_of("ord_e", Status::FAIL));
    hold(shop, "ord_e", "ord_e", Purpose::purchase, 30);
    shop.book(point::ReleaseHold{"ptx_l", HoldEnd{"ord_e", "ord_e", choi}});
    shop.add(purchase_of("ord_f", Status::PENDING));
    hold(shop, "ord_f", "ord_f", Purpose::purchase, 30);

    credit(shop, "ord_g");
    auto canceling = charge_of("ord_g", Status::CANCELING, receipt(3));
    canceling.cancellation_id = "can_4";
    canceling.created_at = noon - std::chrono::days{1};
    canceling.payment.at = canceling.order_item.at = canceling.created_at;
    canceling.point = canceling.payment;
    shop.add(canceling);
    shop.save_item("ord_g", choi);
    add_cancellation(shop, "can_4", "ord_g", "returning", 1'000, 0);
    hold(shop, "ord_g", "can_4", Purpose::cancel, 100, 10);
}

}  // namespace

TEST_CASE("books with cancels, purchases, bonus and expiry balance") {
    Shop shop;
    fill_cancels(shop);
    const auto report = audit::audit(shop.options());
    CHECK_MESSAGE(report.balanced, to_json(report));
    CHECK(report.amount == Won{5'000 - 1'000 + 5'000});
}

TEST_CASE("rule 3: cancels") {
    const auto order = [](const std::string& change, const std::string& id) {
        return in_order("UPDATE purchase_order SET " + change + " WHERE id = '" + id + "'");
    };
    check(
        {
            {"more canceled than taken back",
             order("canceled_amount = 1014, cancel_fee = 4", "ord_a"), "credit",
             "ord_a (SUCCESS) should leave its user with 437 points, but leaves them with 438"},
            {"more canceled than its cancels say", order("canceled_amount = 1003", "ord_a"),
             "cancellation",
             "has 1003 won canceled, 4 of them kept, but its cancellations say 1004"},
            {"another fee", order("cancel_fee = 5", "ord_a"), "cancellation", "5 of them kept"},
            {"a fee that cannot be", order("cancel_fee = 1005", "ord_a"), "order",
             "keeps a fee of 1005 won of 1004"},
            {"a bonus that cannot be", order("bonus = -1", "ord_a"), "order", "bonus points"},
            {"another bonus", order("bonus = 51", "ord_a"), "credit",
             "should give 551 points, but was credited 550"},
            {"canceled, but not whole", order("canceled_amount = 4999", "ord_b"), "order",
             "is canceled, but only 4999 won of 5000 are"},
            {"canceled, its payment not returned", order("payment_step = 'done'", "ord_b"),
             "refund", "ord_b (CANCELED) has ended, but its payment was not returned"},
            {"canceled, its points not taken",
             in_point("UPDATE ledger_entry SET order_id = NULL WHERE transaction_id = 'ptx_s_can_3'"
             ),
             "credit",
             "ord_b (CANCELED) should leave its user with 0 points, but leaves them with 550"},
            {"a cancel is lost", in_order("DELETE FROM cancellation WHERE id = 'can_1'"),
             "cancellation", "its cancellations say 0 and 0"},
            {"a cancel under way of an order that stands",
             in_order("UPDATE cancellation SET phase = 'returning' WHERE id = 'can_refused'"),
             "cancellation", "ord_a (SUCCESS) has 1 cancellation under way"},
            {"none of one that is being canceled",
             in_order("DELETE FROM cancellation WHERE id = 'can_4'"), "cancellation",
             "ord_g (CANCELING) has 0 cancellations under way"},
            {"another one than it says", order("cancellation_id = 'can_9'", "ord_g"),
             "cancellation", "ord_g (CANCELING) has 1 cancellation under way"},
            {"of no order",
             in_order("UPDATE cancellation SET order_id = 'ord_z' WHERE id = 'can_1'"),
             "cancellation", "Order ord_z does not exist, but can_1 cancels it"},
            {"stuck",
             in_order("UPDATE cancellation SET updated_at = updated_at - 360000 WHERE id = 'can_4'"
             ),
             "stuck", "ord_g (CANCELING) has not moved since 2026-03-02T01:09:42.000Z"},
        },
        fill_cancels
    );
}

TEST_CASE("rule 3: purchases with points") {
    check(
        {
            {"another price", in_order("UPDATE purchase_order SET points = 31 WHERE id = 'ord_c'"),
             "credit", "ord_c (SUCCESS) should have spent 31 points, but has spent 30"},
            {"a hold that was never settled",
             in_point("UPDATE point_hold SET status = 'open' WHERE hold_id = 'ord_c'"), "credit",
             "should have one settled hold of 30 points"},
            {"a hold that is lost", in_point("DELETE FROM point_hold WHERE hold_id = 'ord_c'"),
             "credit", "should have one settled hold of 30 points"},
            {"spent and not given back",
             in_point("UPDATE ledger_entry SET order_id = NULL WHERE transaction_id = 'ptx_r'"),
             "credit", "ord_d (CANCELED) should have spent 0 points, but has spent 30"},
            {"canceled, but settled",
             in_point("UPDATE point_hold SET status = 'settled' WHERE hold_id = 'ord_d'"), "credit",
             "ord_d (CANCELED) has a hold that is settled"},
            {"refused, but held",
             in_point("UPDATE ledger_entry SET order_id = NULL WHERE transaction_id = 'ptx_l'"),
             "credit", "ord_e (FAIL) has 30 points still held"},
            {"credited", [](Shop& shop) { credit(shop, "ord_c"); }, "credit",
             "ord_c (SUCCESS) has moved -550 points to account issued"},
            {"a charge that spends",
             in_point("UPDATE ledger_entry SET order_id = 'ord_a' WHERE transaction_id IN "
                      "('ptx_h_ord_c', 'ptx_s_ord_c')"),
             "credit", "ord_a (SUCCESS) has moved 30 points to account spent"},
            {"a hold for no order",
             in_point(
                 "INSERT INTO point_hold (hold_id, order_id, user_id, purpose, points, balance, "
                 "created_at, status) VALUES ('ord_z', 'ord_z', 'choi', 'purchase', 5, 0, 1, "
                 "'settled')"
             ),
             "credit", "Order ord_z does not exist, but points were set aside for it"},
        },
        fill_cancels
    );
}

TEST_CASE("lots and holds") {
    const std::string of_paid = " WHERE kind = 'paid' AND points_left > 0";
    check(
        {
            {"paid lots", in_point("UPDATE lot SET points_left = points_left - 1" + of_paid), "lot",
             "points paid in the wallet, but the lots have"},
            {"bonus lots", in_point("DELETE FROM lot WHERE kind = 'bonus'"), "lot",
             "points bonus in the wallet, but the lots have 0 left"},
            {"a lot of no wallet",
             in_point("UPDATE lot SET user_id = 'park', "
                      "open_of = CASE WHEN open_of IS NULL THEN NULL ELSE 'park' END"),
             "lot", "User park has 0 points paid in the wallet"},
            {"a lot below zero", in_point("UPDATE lot SET repaid = -1" + of_paid), "lot",
             "has a lot that cannot be"},
            {"more than was granted",
             in_point("UPDATE lot SET granted = points_left - 1" + of_paid), "lot",
             "has a lot that cannot be"},
            {"a lot that nobody finds", in_point("UPDATE lot SET open_of = NULL"), "lot",
             "has a lot that cannot be"},
            {"a lot of no kind", in_point("UPDATE lot SET kind = 'gold'" + of_paid), "lot",
             "has a lot that cannot be"},
            {"a hold of more than it took",
             in_point("UPDATE point_hold SET points = 31 WHERE hold_id = 'ord_c'"), "hold",
             "Hold ord_c is of 31 points, but took 30"},
            {"what a hold took is lost", in_point("DELETE FROM lot_use WHERE hold_id = 'can_1'"),
             "hold", "Hold can_1 is of 112 points, but took 0"},
            {"a use below zero",
             in_point("UPDATE lot_use SET points = 31, owed = -1 WHERE hold_id = 'ord_c'"), "hold",
             "some of them below zero"},
            {"held for nobody",
             in_point("UPDATE point_hold SET status = 'released' WHERE hold_id = 'ord_f'"), "hold",
             "User choi has 140 points held in the wallet, but the open holds are of 110"},
        },
        fill_cancels
    );
}

TEST_CASE("lots may lag behind a wallet that a process without lots has changed") {
    Shop shop;
    fill_cancels(shop);
    shop.point().execute("UPDATE wallet SET lots_version = version - 1");
    shop.point().execute("UPDATE lot SET points_left = 0, open_of = NULL");
    const auto report = audit::audit(shop.options());
    CHECK_MESSAGE(report.balanced, to_json(report));
}
