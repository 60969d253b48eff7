#include "audit/damage.hpp"

/// Each kind of damage by itself is found, under its rule, and named.
using namespace pay;
using namespace pay::audit;

namespace {

const std::string long_ago = std::to_string(to_epoch_ms(noon - std::chrono::minutes{6}));

std::string outbox_row(const std::string& at) {
    return "INSERT INTO outbox VALUES ('msg_1', 't', 'k', 'x', '{}', '', " + at +
           ", 'alone', NULL)";
}

order::Refund refund_of(const std::string& receipt, const std::string& order_id) {
    order::Refund refund;
    refund.receipt_id = receipt;
    refund.order_id = order_id;
    refund.created_at = noon;
    return refund;
}

std::vector<Problem> problems_after(const std::function<void(Shop&)>& cause) {
    Shop shop;
    fill(shop);
    cause(shop);
    return audit::audit(shop.options()).problems;
}

}  // namespace

TEST_CASE("rule 1: wallets against the ledger") {
    const std::string kim = " WHERE user_id = 'kim'";
    check({
        {"paid", in_point("UPDATE wallet SET paid = paid + 1" + kim), "balance",
         "User kim has 451 points paid in the wallet, but the ledger sums to 450"},
        {"bonus", in_point("UPDATE wallet SET bonus = 3" + kim), "balance", "3 points bonus"},
        {"held", in_point("UPDATE wallet SET held = 3" + kim), "balance", "3 points held"},
        {"owed", in_point("UPDATE wallet SET owed = 3" + kim), "balance", "3 points owed"},
        {"negative wallet", in_point("UPDATE wallet SET owed = -3" + kim), "balance",
         "negative number of points owed"},
        {"no wallet", in_point("DELETE FROM wallet" + kim), "balance", "no wallet"},
        {"was negative",
         in_point("UPDATE ledger_entry SET balance_after = -1 WHERE transaction_id = 'ptx_4' AND "
                  "user_id IS NOT NULL"),
         "balance", "negative balance after transaction ptx_4"},
        {"another balance",
         in_point("UPDATE ledger_entry SET balance_after = 7 WHERE transaction_id = 'ptx_4' AND "
                  "user_id IS NOT NULL"),
         "balance", "do not follow from one another"},
        {"no balance", in_point("UPDATE ledger_entry SET balance_after = NULL" + kim), "balance",
         "do not fit together"},
        {"two balances",
         in_point("UPDATE ledger_entry SET balance_after = 7 WHERE transaction_id = 'ptx_5' AND "
                  "account = 'paid'"),
         "balance", "do not fit together in transaction ptx_5"},
        {"beyond 64 bits", in_point("UPDATE wallet SET paid = 9223372036854775807, bonus = 9"),
         "balance", "has 9223372036854775807 points paid in the wallet"},
        {"a lost transaction", in_point("DELETE FROM ledger_entry WHERE transaction_id = 'ptx_5'"),
         "balance", "the ledger sums to 500"},
    });
}

TEST_CASE("rule 2: double entry") {
    check({
        {"a sum",
         in_point("UPDATE ledger_entry SET points = -99 WHERE transaction_id = 'ptx_4' AND "
                  "account = 'adjusted'"),
         "double_entry", "ptx_4 sum to 1 points and not to zero"},
        {"a lost line",
         in_point("DELETE FROM ledger_entry WHERE transaction_id = 'ptx_2' AND line = 0"),
         "double_entry", "ptx_2 sum to 500"},
        {"the house's line with a user",
         in_point(
             "UPDATE ledger_entry SET user_id = 'kim', balance_after = 1 WHERE account = 'issued'"
         ),
         "double_entry", "ptx_2"},
        {"a user's line without one",
         in_point("UPDATE ledger_entry SET user_id = NULL WHERE account = 'bonus'"), "double_entry",
         "ptx_4"},
        {"an unknown account",
         in_point("UPDATE ledger_entry SET account = 'pocket' WHERE line = 0"), "double_entry",
         "unknown account"},
        {"beyond 64 bits",
         in_point(
             "UPDATE ledger_entry SET points = 9223372036854775807 WHERE transaction_id = 'ptx_4'"
         ),
         "double_entry", "ptx_4 sum to"},
    });
}

TEST_CASE("rule 3: credits") {
    check({
        {"no credit", in_point("DELETE FROM ledger_entry WHERE order_id = 'ord_1'"), "credit",
         "Order ord_1 (SUCCESS) was never credited its 500 points"},
        {"two credits",
         [](Shop& shop) {
             shop.credit("ptx_9", "ord_9", "kim");
             shop.point().execute(
                 "UPDATE ledger_entry SET order_id = 'ord_1' WHERE order_id = 'ord_9'"
             );
         },
         "credit", "ord_1 (SUCCESS) was credited 2 times"},
        {"another number", in_order("UPDATE purchase_order SET points = 501 WHERE id = 'ord_1'"),
         "credit", "should give 501 points, but was credited 500"},
        {"a success that was reversed",
         [](Shop& shop) {
             shop.book(point::Reverse{"ptx_9", {"ord_4", "lee", Points{1}}});
             shop.point().execute(
                 "UPDATE ledger_entry SET order_id = 'ord_1' WHERE transaction_id = 'ptx_3'"
             );
         },
         "credit", "should leave its user with 500 points, but leaves them with 0"},
        {"a failed one not reversed",
         in_point("UPDATE ledger_entry SET order_id = NULL WHERE transaction_id = 'ptx_3'"),
         "credit",
         "Order ord_2 (FAIL) should leave its user with 0 points, but leaves them with 500"},
        {"of one canceled whole",
         in_order(
             "UPDATE purchase_order SET status = 'CANCELED', canceled_amount = 5000 WHERE id = "
             "'ord_1'"
         ),
         "credit", "ord_1 (CANCELED) should leave its user with 0 points"},
        {"of one that is not paid", [](Shop& shop) { shop.credit("ptx_9", "ord_3", "lee"); },
         "credit", "ord_3 (PENDING)"},
        {"of content", [](Shop& shop) { shop.credit("ptx_9", "ord_6", "lee"); }, "credit",
         "ord_6 (SUCCESS) should give 0 points, but was credited 500"},
        {"to another user",
         in_order("UPDATE purchase_order SET user_id = 'choi' WHERE id = 'ord_1'"), "credit",
         "is of user choi, but transaction ptx_ord_1 moved points of user kim"},
        {"of no order", in_order("DELETE FROM purchase_order WHERE id = 'ord_1'"), "credit",
         "Order ord_1 does not exist"},
        {"content for points that were not taken",
         in_order("UPDATE purchase_order SET payment_method = 'points', amount = NULL, points = 30 "
                  "WHERE id = 'ord_6'"),
         "credit", "should have spent 30 points, but has spent 0"},
    });
}

TEST_CASE("rule 3: order items and orders") {
    check({
        {"none", in_order_item("DELETE FROM order_item WHERE order_id = 'ord_1'"), "order_item",
         "ord_1 (SUCCESS) should have one order item, but has 0"},
        {"revoked", in_order_item("UPDATE order_item SET revoked_at = 1"), "order_item", "ord_6"},
        {"not revoked", in_order_item("UPDATE order_item SET revoked_at = NULL"), "order_item",
         "ord_2 (FAIL) should have no order item, but has 1"},
        {"two",
         [](Shop& shop) {
             shop.drop_index(shop.order_item(), "order_item_order", "order_item");
             shop.order_item().execute("UPDATE order_item SET order_id = 'ord_1', revoked_at = NULL"
             );
         },
         "order_item", "but has 3"},
        {"two while it works",
         [](Shop& shop) {
             shop.drop_index(shop.order_item(), "order_item_order", "order_item");
             shop.order_item().execute("UPDATE order_item SET order_id = 'ord_4', revoked_at = NULL"
             );
         },
         "order_item", "ord_4 (PAID) has 3 order items"},
        {"of another user", in_order_item("UPDATE order_item SET user_id = 'choi'"), "order_item",
         "oit_ord_1 of another user or item"},
        {"of no order", in_order("DELETE FROM purchase_order WHERE id = 'ord_6'"), "order_item",
         "Order ord_6 does not exist, but order item oit_ord_6"},
        {"status", in_order("UPDATE purchase_order SET status = 'LOST' WHERE id = 'ord_1'"),
         "order", "ord_1 (LOST) has a status that does not exist"},
        {"kind", in_order("UPDATE purchase_order SET kind = 'car'"), "order", "no kind that exists"
        },
        {"amount", in_order("UPDATE purchase_order SET amount = NULL"), "order", "no valid amount"},
        {"points", in_order("UPDATE purchase_order SET points = -5"), "order", "no valid number"},
        {"beyond 64 bits",
         in_order("UPDATE purchase_order SET amount = 9223372036854775807, canceled_amount = -9"),
         "order", "no valid amount"},
        {"canceled", in_order("UPDATE purchase_order SET canceled_amount = 5001"), "order",
         "5001 won canceled of 5000"},
        {"canceled whole",
         in_order("UPDATE purchase_order SET canceled_amount = 5000 WHERE id = 'ord_1'"), "order",
         "canceled whole and yet a success"},
    });
}

TEST_CASE("rule 3: receipts and refunds") {
    check({
        {"two orders",
         [](Shop& shop) {
             shop.drop_index(shop.order(), "purchase_order_receipt", "purchase_order");
             shop.order().execute(
                 "UPDATE purchase_order SET receipt_id = '" + receipt_1 + "' WHERE id = 'ord_4'"
             );
         },
         "receipt", "is held by order ord_1 and by order ord_4"},
        {"a refund for another", [](Shop& shop) { shop.add(refund_of(receipt_1, "ord_2")); },
         "receipt", receipt_1 + " is held by order ord_1, but is returned for order ord_2"},
        {"a refund for nobody",
         [](Shop& shop) { shop.add(refund_of("65f0c1a2b3d4e5f60123456f", "ord_8")); }, "receipt",
         "order ord_8, which does not exist"},
        {"a success that is returned", [](Shop& shop) { shop.add(refund_of(receipt_1, "ord_1")); },
         "refund", "ord_1 (SUCCESS) stands, but its payment"},
        {"a failure that is kept",
         in_order("UPDATE purchase_order SET payment_step = 'done' WHERE id = 'ord_2'"), "refund",
         "ord_2 (FAIL) has ended, but its payment was not returned"},
        {"refused for good",
         in_order(
             "UPDATE purchase_order SET status = 'FAILING', failure = 'REFUND_REFUSED' WHERE id = "
             "'ord_2'"
         ),
         "refund", "POST /v1/orders/ord_2/refunded"},
        {"a further payment refused",
         [](Shop& shop) {
             auto refund = refund_of("65f0c1a2b3d4e5f60123456f", "ord_1");
             refund.status = order::RefundStatus::refused;
             shop.add(refund);
         },
         "refund", "a further payment for order ord_1"},
    });
}

TEST_CASE("rule 4: what is stuck") {
    const std::string aged = ", created_at = " + long_ago + ", payment_step_at = " + long_ago +
                             ", point_step_at = " + long_ago + ", order_item_step_at = " + long_ago;
    const auto refund = [](Shop& shop) {
        auto open = refund_of("65f0c1a2b3d4e5f60123456f", "ord_1");
        open.created_at = noon - std::chrono::minutes{6};
        shop.add(open);
    };
    check({
        {"paid", in_order("UPDATE purchase_order SET attempts = 9" + aged + " WHERE id = 'ord_4'"),
         "stuck", "ord_4 (PAID) has not moved since 2026-03-02T01:09:42.000Z"},
        {"failing",
         in_order("UPDATE purchase_order SET status = 'FAILING'" + aged + " WHERE id = 'ord_4'"),
         "stuck", "ord_4 (FAILING)"},
        {"holds a receipt",
         in_order(
             "UPDATE purchase_order SET receipt_id = '65f0c1a2b3d4e5f60123456f'" + aged +
             " WHERE id = 'ord_3'"
         ),
         "stuck", "ord_3 (PENDING)"},
        {"a deposit that is overdue",
         in_order(
             "UPDATE purchase_order SET receipt_id = '65f0c1a2b3d4e5f60123456f', deadline_at = " +
             long_ago + aged + " WHERE id = 'ord_3'"
         ),
         "stuck", "ord_3 (PENDING)"},
        {"waits for points",
         in_order(
             "UPDATE purchase_order SET payment_method = 'points'" + aged + " WHERE id = 'ord_3'"
         ),
         "stuck", "ord_3 (PENDING)"},
        {"a refund", refund, "stuck", "waits to be returned since"},
        {"outbox of order", in_order(outbox_row(long_ago)), "outbox",
         "Service order has messages of 1"},
        {"outbox of point", in_point(outbox_row(long_ago)), "outbox", "Service point"},
        {"outbox of order_item", in_order_item(outbox_row(long_ago)), "outbox", "Service order_item"
        },
        {"outbox of item", [](Shop& shop) { shop.item().execute(outbox_row(long_ago)); }, "outbox",
         "Service item has messages of 1 transactions unsent for too long, the oldest since"},
    });
}

TEST_CASE("what is no problem") {
    const std::string old =
        "UPDATE purchase_order SET created_at = 1, payment_step_at = 1, "
        "point_step_at = 1, order_item_step_at = 1";
    const auto waits_for_a_person = in_order(old + " WHERE id = 'ord_3'");
    const auto waits_for_a_deposit = in_order(
        old + ", receipt_id = '65f0c1a2b3d4e5f60123456f', deadline_at = " +
        std::to_string(to_epoch_ms(noon)) + " WHERE id = 'ord_3'"
    );
    const auto fresh_message = in_order(outbox_row(std::to_string(to_epoch_ms(noon))));
    const auto closed_by_hand = in_order("UPDATE refund SET status = 'refused'");
    const auto credited_while_it_works = [](Shop& shop) {
        shop.credit("ptx_9", "ord_4", "lee");
        shop.save_item("ord_4", "lee");
    };
    for (const auto& cause :
         {std::function<void(Shop&)>(waits_for_a_person),
          std::function<void(Shop&)>(waits_for_a_deposit),
          std::function<void(Shop&)>(fresh_message), std::function<void(Shop&)>(closed_by_hand),
          std::function<void(Shop&)>(credited_while_it_works)}) {
        const auto problems = problems_after(cause);
        CHECK_MESSAGE(problems.empty(), (problems.empty() ? "" : problems.front().text));
    }
}

TEST_CASE("more problems than anybody reads are cut short, and said to be") {
    Shop shop;
    constexpr std::array<std::string_view, 7> columns{
        "id", "order_id", "user_id", "item_id", "item_name", "kind", "created_at"
    };
    insert_many(
        shop.order_item(), {"order_item", columns}, 10'001,
        [](sql::Rows& rows, const auto& keep, std::int64_t i) {
            rows.add(
                keep(numbered("oit_", i)), keep(numbered("ord_", i)), "kim", "itm_1", "x",
                "content", std::int64_t{1}
            );
        }
    );
    const auto report = audit::audit(shop.options());
    CHECK(report.problems.size() == 10'001);
    CHECK(report.problems.front().rule == "more");
}
