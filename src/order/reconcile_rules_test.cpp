#include "order/reconcile_rules.hpp"

#include <functional>

#include "order/desk.hpp"

namespace pay::order::test {
namespace {

using reconcile::Evidence;
using reconcile::Kind;
using reconcile::Remedy;

constexpr Duration limit = std::chrono::minutes{10};

Order charge(Status status) {
    Order order;
    order.id = "ord_a";
    order.user_id = "kim";
    order.amount = Won{5'000};
    order.points = Points{500};
    order.bonus = Points{50};
    order.point = Step{};
    order.status = status;
    order.receipt_id = receipt_a;
    order.updated_at = noon - limit;
    if (status == Status::CANCELED || status == Status::FAIL) order.canceled_amount = Won{5'000};
    if (status != Status::PENDING) order.payment.status = StepStatus::done;
    return order;
}

Order purchase(Status status) {
    Order order = charge(status);
    order.kind = item::Kind::content;
    order.payment_method = PaymentMethod::points;
    order.amount.reset();
    order.canceled_amount = Won{0};
    order.bonus = Points{0};
    order.receipt_id.clear();
    return order;
}

/// All three sides agree.
Evidence agreeing(Order order) {
    Evidence evidence;
    evidence.ledger = reconcile::expected(order);
    if (order.status == Status::FAIL && order.point && !order.paid_with_points()) {
        evidence.ledger->granted = evidence.ledger->returned = Points{550};
    }
    if (!order.paid_with_points() && !order.receipt_id.empty()) {
        const bool paid = order.status == Status::SUCCESS || order.status == Status::CANCELED;
        auto shown = payment(order.receipt_id, order.id, paid ? Stage::paid : Stage::not_yet);
        shown.canceled = order.returned();
        if (shown.canceled == shown.price) shown.stage = Stage::canceled;
        if (order.status == Status::FAIL)
            shown = payment(order.receipt_id, order.id, Stage::canceled);
        evidence.payments.push_back(shown);
    }
    evidence.order = std::move(order);
    return evidence;
}

Refund refund(RefundStatus status, const std::string& receipt = receipt_a) {
    Refund one;
    one.receipt_id = receipt;
    one.order_id = "ord_a";
    one.status = status;
    one.created_at = noon - limit;
    return one;
}

struct Found {
    Kind kind;
    Remedy remedy;
};

std::vector<Found> found_in(const Evidence& evidence) {
    std::vector<Found> found;
    for (const auto& one : compare(evidence, noon, limit)) {
        CHECK(one.finding.order_id == evidence.order.id);
        CHECK_FALSE(one.finding.detail.empty());
        CHECK_FALSE(one.finding.command.empty());
        CHECK(one.payment.has_value() == (one.remedy == Remedy::observe));
        found.push_back({one.finding.kind, one.remedy});
    }
    return found;
}

struct Row {
    const char* name;
    Order order;
    std::function<void(Evidence&)> bend;
    Kind kind;
    Remedy remedy;
};

void check(const std::vector<Row>& rows) {
    for (const auto& row : rows) {
        CAPTURE(row.name);
        auto evidence = agreeing(row.order);
        REQUIRE(found_in(evidence).empty());
        row.bend(evidence);
        const auto found = found_in(evidence);
        REQUIRE(found.size() == 1);
        CHECK(found[0].kind == row.kind);
        CHECK(found[0].remedy == row.remedy);
    }
}

void stage(Evidence& evidence, Stage stage) {
    evidence.payments[0].stage = stage;
}

Order unpaid(Status status = Status::PENDING) {
    Order order = charge(status);
    order.receipt_id.clear();
    order.canceled_amount = Won{0};
    order.payment.status = StepStatus::failed;
    return order;
}

Order partly_canceled() {
    Order order = charge(Status::SUCCESS);
    order.canceled_amount = Won{1'001};
    order.cancel_fee = Won{100};
    return order;
}

}  // namespace

TEST_CASE("orders on which all three agree") {
    for (const auto status : {Status::PENDING, Status::SUCCESS, Status::CANCELED, Status::FAIL}) {
        CAPTURE(json::name_of(status));
        CHECK(found_in(agreeing(charge(status))).empty());
    }
    CHECK(found_in(agreeing(partly_canceled())).empty());
    CHECK(found_in(agreeing(unpaid())).empty());
    CHECK(found_in(agreeing(unpaid(Status::EXPIRED))).empty());
    for (const auto status : {Status::SUCCESS, Status::CANCELED, Status::FAIL}) {
        CHECK(found_in(agreeing(purchase(status))).empty());
    }
}

TEST_CASE("what the ledger must hold of an order") {
    const auto must = reconcile::expected(partly_canceled());
    CHECK(must.granted == Points{550});
    CHECK(must.returned == Points{101 + 11});
    CHECK(reconcile::expected(charge(Status::CANCELED)).returned == Points{550});
    CHECK(reconcile::expected(charge(Status::PENDING)).granted == Points{0});
    CHECK(reconcile::expected(purchase(Status::SUCCESS)).spent == Points{500});
    CHECK(reconcile::expected(purchase(Status::CANCELED)).spent == Points{0});
}

TEST_CASE("what the gateway shows and the order does not") {
    const auto paid = [](Evidence& one) { stage(one, Stage::paid); };
    const auto price = [](Evidence& one) { one.payments[0].price = Won{4'000}; };
    const auto part = [](Evidence& one) { one.payments[0].canceled = Won{1'000}; };
    const auto whole = [](Evidence& one) { stage(one, Stage::canceled); };
    const auto less = [](Evidence& one) { one.payments[0].canceled -= Won{1}; };
    const auto none = [](Evidence& one) { one.payments.clear(); };
    const auto standing = [](Evidence& one) {
        one.payments[0] = payment(receipt_a, "ord_a", Stage::paid);
    };
    check({
        {"paid and pending", charge(Status::PENDING), paid, Kind::paid_unconfirmed, Remedy::observe
        },
        {"paid another amount", charge(Status::PENDING),
         [](Evidence& one) {
             stage(one, Stage::paid);
             one.payments[0].price = Won{1};
         },
         Kind::amount_differs, Remedy::observe},
        {"another price", charge(Status::SUCCESS), price, Kind::amount_differs, Remedy::none},
        {"returned whole", charge(Status::SUCCESS), whole, Kind::canceled_at_gateway,
         Remedy::observe},
        {"returned in part", charge(Status::SUCCESS), part, Kind::canceled_at_gateway,
         Remedy::observe},
        {"returned less", partly_canceled(), less, Kind::amount_differs, Remedy::none},
        {"returned here alone", charge(Status::CANCELED), standing, Kind::amount_differs,
         Remedy::none},
        {"never charged", charge(Status::SUCCESS),
         [](Evidence& one) { stage(one, Stage::declined); }, Kind::not_charged, Remedy::none},
        {"not known there", charge(Status::SUCCESS), none, Kind::unknown_receipt, Remedy::none},
        {"not known there, pending", charge(Status::PENDING), none, Kind::unknown_receipt,
         Remedy::none},
        {"standing for a failed order", charge(Status::FAIL), standing, Kind::second_payment,
         Remedy::observe},
        {"returned here, standing there", charge(Status::FAIL),
         [&](Evidence& one) {
             standing(one);
             one.refunds.push_back(refund(RefundStatus::done));
         },
         Kind::amount_differs, Remedy::none},
        {"silent", charge(Status::SUCCESS),
         [](Evidence& one) {
             one.gateway_answered = false;
             one.payments.clear();
         },
         Kind::gateway_silent, Remedy::wait},
    });
}

TEST_CASE("payments an order does not hold") {
    const auto second = [](Evidence& one) {
        one.payments.push_back(payment(receipt_b, "ord_a", Stage::paid));
    };
    check({
        {"never confirmed", unpaid(), second, Kind::paid_unconfirmed, Remedy::observe},
        {"presented",
         [] {
             Order order = unpaid();
             order.presented_receipt_id = receipt_b;
             return order;
         }(),
         [](Evidence& one) { one.payments.push_back(payment(receipt_b, "nobody's", Stage::paid)); },
         Kind::paid_unconfirmed, Remedy::observe},
        {"late", unpaid(Status::EXPIRED), second, Kind::second_payment, Remedy::observe},
        {"twice", charge(Status::SUCCESS), second, Kind::second_payment, Remedy::observe},
        {"twice, refund refused", charge(Status::SUCCESS),
         [&](Evidence& one) {
             second(one);
             one.refunds.push_back(refund(RefundStatus::refused, receipt_b));
         },
         Kind::refund_refused, Remedy::none},
        {"twice, refund never ended", charge(Status::SUCCESS),
         [&](Evidence& one) {
             second(one);
             one.refunds.push_back(refund(RefundStatus::open, receipt_b));
         },
         Kind::refund_unfinished, Remedy::kick},
    });

    auto twice = agreeing(unpaid());
    second(twice);
    twice.payments.push_back(payment("cccccccccccccccccccccccc", "ord_a", Stage::paid));
    const auto found = found_in(twice);
    REQUIRE(found.size() == 2);
    CHECK(found[0].kind == Kind::paid_unconfirmed);
    CHECK(found[1].kind == Kind::second_payment);

    auto elsewhere = agreeing(charge(Status::SUCCESS));
    second(elsewhere);
    elsewhere.elsewhere.insert(receipt_b);
    CHECK(found_in(elsewhere).empty());

    auto returned = agreeing(charge(Status::SUCCESS));
    returned.payments.push_back(payment(receipt_b, "ord_a", Stage::canceled));
    returned.refunds.push_back(refund(RefundStatus::refused, receipt_b));
    CHECK(found_in(returned).empty());
}

TEST_CASE("orders that are on their way") {
    struct Case {
        const char* name;
        Status status;
        std::optional<RefundStatus> refund;
        Duration age;
        Kind kind;
        Remedy remedy;
    };
    const Duration young = limit - Duration{1};
    const std::vector<Case> cases{
        {"saga", Status::PAID, {}, young, Kind::still_under_way, Remedy::wait},
        {"old saga", Status::PAID, {}, limit, Kind::still_under_way, Remedy::kick},
        {"undoing", Status::FAILING, {}, young, Kind::still_under_way, Remedy::wait},
        {"old undoing", Status::FAILING, {}, limit, Kind::refund_unfinished, Remedy::kick},
        {"refund", Status::FAILING, RefundStatus::open, young, Kind::still_under_way, Remedy::wait},
        {"old refund", Status::FAILING, RefundStatus::open, limit, Kind::refund_unfinished,
         Remedy::kick},
        {"cancel", Status::CANCELING, {}, young, Kind::still_under_way, Remedy::wait},
        {"old cancel", Status::CANCELING, {}, limit, Kind::cancel_unfinished, Remedy::kick},
        {"old cancel at the gateway", Status::CANCELING, RefundStatus::open, limit,
         Kind::cancel_unfinished, Remedy::kick},
    };
    for (const auto& one : cases) {
        CAPTURE(one.name);
        auto evidence = agreeing(charge(one.status));
        evidence.order.updated_at = noon - one.age;
        if (one.refund) evidence.refunds.push_back(refund(*one.refund));
        const auto found = found_in(evidence);
        REQUIRE(found.size() == 1);
        CHECK(found[0].kind == one.kind);
        CHECK(found[0].remedy == one.remedy);
    }
    auto refused = agreeing(charge(Status::FAILING));
    refused.order.failure = Failure::REFUND_REFUSED;
    refused.refunds.push_back(refund(RefundStatus::refused));
    const auto found = found_in(refused);
    REQUIRE(found.size() == 1);
    CHECK(found[0].kind == Kind::refund_refused);

    auto returned = agreeing(charge(Status::PAID));
    returned.payments[0] = payment(receipt_a, "ord_a", Stage::canceled);
    CHECK(found_in(returned)[0].kind == Kind::canceled_at_gateway);

    auto moved = agreeing(charge(Status::SUCCESS));
    moved.moved = true;
    moved.payments.clear();
    CHECK(found_in(moved)[0].kind == Kind::still_under_way);
    CHECK(found_in(moved)[0].remedy == Remedy::wait);
}

TEST_CASE("what the ledger says and the order does not") {
    const auto held = [](Evidence& one) { one.ledger->held = Points{7}; };
    const auto canceled = [](Phase phase) {
        return [phase](Evidence& one) {
            one.ledger->held = Points{7};
            one.cancellation = Cancellation{};
            one.cancellation->phase = phase;
        };
    };
    check({
        {"no credit", charge(Status::SUCCESS),
         [](Evidence& one) { one.ledger->granted = Points{0}; }, Kind::ledger_missing,
         Remedy::credit},
        {"less credit", charge(Status::SUCCESS),
         [](Evidence& one) { one.ledger->granted = Points{500}; }, Kind::ledger_differs,
         Remedy::none},
        {"taken back too little", partly_canceled(),
         [](Evidence& one) { one.ledger->returned -= Points{1}; }, Kind::ledger_differs,
         Remedy::none},
        {"standing for a failed order", charge(Status::FAIL),
         [](Evidence& one) { one.ledger->returned = Points{0}; }, Kind::ledger_differs,
         Remedy::none},
        {"not spent", purchase(Status::SUCCESS),
         [](Evidence& one) { one.ledger->spent = Points{0}; }, Kind::ledger_differs, Remedy::none},
        {"spent for nothing", purchase(Status::FAIL),
         [](Evidence& one) { one.ledger->spent = Points{500}; }, Kind::ledger_differs,
         Remedy::none},
        {"held after a success", purchase(Status::SUCCESS), held, Kind::held_left_over,
         Remedy::settle},
        {"held after a failure", purchase(Status::FAIL), held, Kind::held_left_over, Remedy::release
        },
        {"held after a cancel", purchase(Status::CANCELED), held, Kind::held_left_over, Remedy::none
        },
        {"held for nothing", charge(Status::SUCCESS), held, Kind::held_left_over, Remedy::none},
        {"held by a cancel that is done", partly_canceled(), canceled(Phase::done),
         Kind::held_left_over, Remedy::settle},
        {"held by a cancel that was refused", charge(Status::SUCCESS), canceled(Phase::refused),
         Kind::held_left_over, Remedy::release},
        {"no answer", charge(Status::SUCCESS), [](Evidence& one) { one.ledger.reset(); },
         Kind::ledger_silent, Remedy::wait},
    });
}

TEST_CASE("receipts of nobody") {
    const auto made = reconcile::unclaimed(payment(receipt_b, "ord_x", Stage::paid));
    CHECK(made.kind == Kind::unclaimed);
    CHECK(made.order_id == "ord_x");
    CHECK(made.receipt_id == receipt_b);
    CHECK(reconcile::silent(receipt_b).kind == Kind::gateway_silent);
}

}  // namespace pay::order::test
