#include "sandbox/receipts.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace pay;
using namespace pay::sandbox;
using namespace std::chrono_literals;

namespace {

const Time start = from_epoch_ms(1'772'413'200'000);
const Rules rules;

Purchase purchase(PayMethod method = PayMethod::card) {
    return {
        .order_id = "order-1",
        .order_name = "500 points",
        .user_id = "kim",
        .price = Won{1'000},
        .tax_free = Won{300},
        .method = method,
        .separately_confirmed = false,
    };
}

/// A receipt brought into a status by the operations that lead there.
Receipt receipt_in(Status status) {
    const bool account = status == Status::account_issued;
    Receipt receipt =
        open(purchase(account ? PayMethod::virtual_account : PayMethod::card), "r1", start);
    if (status == Status::opened) return receipt;
    const bool separately =
        status == Status::approvable || status == Status::declined || status == Status::expired;
    REQUIRE(pay::sandbox::pay(receipt, separately, rules, start));
    if (status == Status::declined) REQUIRE(decline(receipt, rules, start));
    if (status == Status::expired)
        REQUIRE(expire(receipt, rules, start + rules.approval_timeout + 1ms));
    if (status == Status::canceled) REQUIRE(cancel(receipt, {}, rules, start));
    REQUIRE(receipt.status == status);
    return receipt;
}

using Outcome = std::expected<Effect, Refusal>;
const auto not_ready = std::unexpected(Refusal::rc_not_confirm_ready);
const auto refused = std::unexpected(Refusal::rc_cancel_server_error);
const auto already = std::unexpected(Refusal::rc_already_cancelled);

struct Row {
    Status status;
    Outcome pay;
    Outcome confirm;
    Outcome decline;
    Outcome deposit;
    Outcome cancel;
};

// Every status against every operation.
const std::vector<Row> table{
    {Status::opened, Effect::charged, not_ready, not_ready, not_ready, refused},
    {Status::approvable, not_ready, Effect::charged, Effect::none, not_ready, refused},
    {Status::paid, not_ready, not_ready, not_ready, not_ready, Effect::canceled},
    {Status::account_issued, not_ready, not_ready, not_ready, Effect::charged, refused},
    {Status::canceled, not_ready, not_ready, not_ready, not_ready, already},
    {Status::declined, not_ready, not_ready, not_ready, not_ready, refused},
    {Status::expired, not_ready, not_ready, not_ready, not_ready, refused},
};

template <class Operation>
void check(Status from, const Outcome& expected, Status to, Operation operation) {
    CAPTURE(static_cast<int>(from));
    Receipt receipt = receipt_in(from);
    CHECK(operation(receipt) == expected);
    CHECK(receipt.status == (expected ? to : from));
}

CancelRequest cancel_of(std::int64_t price, std::string cancel_id = {}) {
    CancelRequest request;
    request.price = Won{price};
    request.cancel_id = std::move(cancel_id);
    return request;
}

}  // namespace

TEST_CASE("every operation on every status") {
    for (const Row& row : table) {
        check(row.status, row.pay, Status::paid, [](Receipt& receipt) {
            return pay::sandbox::pay(receipt, false, rules, start);
        });
        check(row.status, row.confirm, Status::paid, [](Receipt& receipt) {
            return confirm(receipt, rules, start);
        });
        check(row.status, row.decline, Status::declined, [](Receipt& receipt) {
            return decline(receipt, rules, start);
        });
        check(row.status, row.deposit, Status::paid, [](Receipt& receipt) {
            return deposit(receipt, rules, start);
        });
        check(row.status, row.cancel, Status::canceled, [](Receipt& receipt) {
            return cancel(receipt, {}, rules, start);
        });
    }
}

TEST_CASE("only what waits for an approval or a deposit expires, and only when its time is over") {
    for (const Row& row : table) {
        CAPTURE(static_cast<int>(row.status));
        const bool waits = row.status == Status::approvable || row.status == Status::account_issued;
        const Duration limit =
            row.status == Status::account_issued ? rules.deposit_timeout : rules.approval_timeout;
        Receipt receipt = receipt_in(row.status);
        CHECK_FALSE(expire(receipt, rules, start + limit));
        CHECK(expire(receipt, rules, start + limit + 1ms) == waits);
        CHECK(receipt.status == (waits ? Status::expired : row.status));
    }
}

TEST_CASE("what is overdue can be neither approved nor paid into") {
    Receipt approvable = receipt_in(Status::approvable);
    CHECK(confirm(approvable, rules, start + rules.approval_timeout + 1ms) == not_ready);
    CHECK(approvable.status == Status::expired);
    CHECK_FALSE(approvable.purchased_at);

    Receipt account = receipt_in(Status::account_issued);
    CHECK(deposit(account, rules, start + rules.deposit_timeout + 1ms) == not_ready);
    CHECK(account.status == Status::expired);
}

TEST_CASE("a repeated confirm answers the receipt for as long as the grace lasts") {
    Receipt receipt = receipt_in(Status::approvable);
    REQUIRE(confirm(receipt, rules, start) == Effect::charged);
    CHECK(confirm(receipt, rules, start + 10s) == Effect::none);
    CHECK(confirm(receipt, rules, start + 10s + 1ms) == not_ready);
    CHECK(receipt.purchased_at == start);
}

TEST_CASE("what was paid at once was never waiting for a confirm") {
    Receipt receipt = receipt_in(Status::paid);
    CHECK(confirm(receipt, rules, start) == not_ready);
}

TEST_CASE("partial cancels add up, the status stays 1 until nothing is left") {
    Receipt receipt = receipt_in(Status::paid);
    CHECK(cancel(receipt, cancel_of(200), rules, start + 1s) == Effect::partially_canceled);
    CHECK(cancel(receipt, cancel_of(300), rules, start + 2s) == Effect::partially_canceled);
    CHECK(receipt.status == Status::paid);
    CHECK(receipt.canceled_price == Won{500});
    CHECK(receipt.canceled_at == start + 2s);
    CHECK(cancel(receipt, {}, rules, start + 3s) == Effect::canceled);
    CHECK(receipt.status == Status::canceled);
    CHECK(receipt.canceled_price == Won{1'000});
    CHECK(receipt.canceled_tax_free == Won{300});
}

TEST_CASE("the other reading: a partial cancel makes it 20, and the rest can still be cancelled") {
    const Rules other{.partial_cancel_keeps_paid = false};
    Receipt receipt = receipt_in(Status::paid);
    CHECK(cancel(receipt, cancel_of(200), other, start) == Effect::partially_canceled);
    CHECK(receipt.status == Status::canceled);
    CHECK(cancel(receipt, {}, other, start) == Effect::canceled);
    CHECK(cancel(receipt, {}, other, start) == already);
}

TEST_CASE("a cancel of more than is left, of nothing, or of a wrong tax-free part is refused") {
    struct Case {
        std::int64_t price;
        std::int64_t tax_free;
    };
    for (const Case wrong :
         {Case{1'001, 0}, {0, 0}, {-1, 0}, {500, -1}, {500, 301}, {100, 101}, {800, 0}}) {
        CAPTURE(wrong.price);
        Receipt receipt = receipt_in(Status::paid);
        CancelRequest request = cancel_of(wrong.price);
        request.tax_free = Won{wrong.tax_free};
        CHECK(cancel(receipt, request, rules, start) == refused);
        CHECK(receipt.canceled_price == Won{0});
        CHECK_FALSE(receipt.canceled_at);
    }
}

TEST_CASE("a cancel_id works once, also if the amount differs, an empty one is none") {
    Receipt receipt = receipt_in(Status::paid);
    CHECK(cancel(receipt, cancel_of(100, "c1"), rules, start) == Effect::partially_canceled);
    CHECK(cancel(receipt, cancel_of(50, "c1"), rules, start) == already);
    CHECK(cancel(receipt, cancel_of(100), rules, start) == Effect::partially_canceled);
    CHECK(cancel(receipt, cancel_of(100), rules, start) == Effect::partially_canceled);
    CHECK(receipt.canceled_price == Won{300});

    const Rules lenient{.refuse_repeated_cancel_id = false};
    CHECK(cancel(receipt, cancel_of(100, "c1"), lenient, start) == Effect::none);
    CHECK(receipt.canceled_price == Won{300});
}

TEST_CASE("a refused cancel does not use up its cancel_id") {
    Receipt receipt = receipt_in(Status::paid);
    CHECK(cancel(receipt, cancel_of(5'000, "c1"), rules, start) == refused);
    CHECK(cancel(receipt, cancel_of(100, "c1"), rules, start) == Effect::partially_canceled);
}

TEST_CASE("a virtual account is refunded only to an account") {
    Receipt receipt = receipt_in(Status::account_issued);
    REQUIRE(deposit(receipt, rules, start) == Effect::charged);
    CancelRequest request;
    CHECK(cancel(receipt, request, rules, start) == refused);
    request.refund_account = true;
    CHECK(cancel(receipt, request, rules, start) == Effect::canceled);
}

TEST_CASE("a phone bill is cancelled whole, and within its month in Korea") {
    // 2026-03-31 23:59:59 in Seoul is still 31 March; a second later it is April.
    const Time last = parse_rfc3339("2026-03-31T14:59:59Z").value();
    const auto paid_by_phone = [] {
        Receipt receipt = open(purchase(PayMethod::phone), "r1", start);
        REQUIRE(pay::sandbox::pay(receipt, false, rules, start) == Effect::charged);
        return receipt;
    };
    Receipt receipt = paid_by_phone();
    CHECK(cancel(receipt, cancel_of(400), rules, start) == refused);
    CHECK(cancel(receipt, {}, rules, last + 1s) == refused);
    CHECK(receipt.canceled_price == Won{0});
    CHECK(cancel(receipt, {}, rules, last) == Effect::canceled);
    Receipt of_a_year_ago = paid_by_phone();
    CHECK(cancel(of_a_year_ago, {}, rules, start + std::chrono::days{365}) == refused);
}

TEST_CASE("prepaid money is cancelled whole or not at all, whenever it is") {
    Receipt receipt = open(purchase(PayMethod::naver_point), "r1", start);
    REQUIRE(pay::sandbox::pay(receipt, false, rules, start) == Effect::charged);
    CHECK(cancel(receipt, cancel_of(999), rules, start) == refused);
    CHECK(cancel(receipt, {}, rules, start + std::chrono::days{40}) == Effect::canceled);
    Receipt other = open(purchase(PayMethod::naver_point), "r2", start);
    REQUIRE(pay::sandbox::pay(other, false, rules, start) == Effect::charged);
    CHECK(cancel(other, cancel_of(1'000), rules, start) == Effect::canceled);
}

TEST_CASE("cards, bank transfers and billing keys are cancelled in parts, whenever it is") {
    for (const PayMethod method :
         {PayMethod::card, PayMethod::bank, PayMethod::stored_card, PayMethod::stored_account}) {
        Receipt receipt = open(purchase(method), "r1", start);
        REQUIRE(charge_stored(receipt, start) == Effect::charged);
        const Time later = start + std::chrono::days{40};
        CHECK(cancel(receipt, cancel_of(400), rules, later) == Effect::partially_canceled);
        CHECK(cancel(receipt, {}, rules, later) == Effect::canceled);
    }
}

TEST_CASE("a virtual account is refunded in parts, each to an account") {
    Receipt receipt = receipt_in(Status::account_issued);
    REQUIRE(deposit(receipt, rules, start) == Effect::charged);
    CancelRequest part = cancel_of(400);
    CHECK(cancel(receipt, part, rules, start) == refused);
    part.refund_account = true;
    CHECK(cancel(receipt, part, rules, start) == Effect::partially_canceled);
    CHECK(receipt.canceled_price == Won{400});
}

TEST_CASE("a billing key's charge is made or declined once") {
    Receipt paid = open(purchase(PayMethod::stored_card), "r1", start);
    CHECK(charge_stored(paid, start) == Effect::charged);
    CHECK(paid.purchased_at == start);
    CHECK(charge_stored(paid, start) == not_ready);
    CHECK(decline_stored(paid) == not_ready);
    Receipt declined = open(purchase(PayMethod::stored_card), "r2", start);
    CHECK(decline_stored(declined) == Effect::none);
    CHECK(declined.status == Status::declined);
    CHECK_FALSE(declined.purchased_at);
}

TEST_CASE("a receipt is altered as told, its times follow, and amounts that cannot be are refused"
) {
    Receipt receipt = receipt_in(Status::paid);
    CHECK(alter(receipt, {.order_id = "order-2", .user_id = "lee", .price = Won{700}}, start));
    CHECK(receipt.order_id == "order-2");
    CHECK(receipt.user_id == "lee");
    CHECK(receipt.price == Won{700});
    CHECK(receipt.status == Status::paid);
    CHECK_FALSE(alter(receipt, {.canceled_price = Won{701}}, start));
    CHECK_FALSE(alter(receipt, {.canceled_price = Won{-1}}, start));
    CHECK(alter(receipt, {.canceled_price = Won{200}}, start + 1s));
    CHECK(receipt.status == Status::paid);
    CHECK(receipt.canceled_at == start + 1s);
    CHECK_FALSE(alter(receipt, {.price = Won{100}}, start));
    CHECK(receipt.tax_free <= receipt.price);
    CHECK(alter(receipt, {.status = Status::canceled}, start + 2s));
    CHECK(receipt.canceled_price == Won{700});

    Receipt waiting = receipt_in(Status::approvable);
    CHECK(alter(waiting, {.status = Status::paid}, start + 3s));
    CHECK(waiting.purchased_at == start + 3s);
    CHECK(alter(waiting, {.canceled_price = Won{1'000}}, start + 4s));
    CHECK(waiting.status == Status::canceled);
}

TEST_CASE("only what waits can be made to expire at once") {
    for (const Row& row : table) {
        CAPTURE(static_cast<int>(row.status));
        const bool waits = row.status == Status::approvable || row.status == Status::account_issued;
        Receipt receipt = receipt_in(row.status);
        CHECK(expire_at_once(receipt) == waits);
        CHECK(receipt.status == (waits ? Status::expired : row.status));
    }
}
