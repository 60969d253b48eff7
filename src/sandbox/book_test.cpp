#include "sandbox/book.hpp"

#include <doctest/doctest.h>

using namespace pay;
using namespace pay::sandbox;

namespace {

struct Case {
    std::shared_ptr<ManualClock> clock =
        std::make_shared<ManualClock>(from_epoch_ms(1'772'413'200'000));
    std::vector<Receipt> told;
    Book book{{}, clock, [this](const Receipt& receipt) { told.push_back(receipt); }};

    std::string pay(const std::string& order_id, std::int64_t price, bool separately = false) {
        Purchase purchase;
        purchase.order_id = order_id;
        purchase.price = Won{price};
        purchase.separately_confirmed = separately;
        return book.pay(purchase).receipt.receipt_id;
    }
    Book::Outcome cancel(const std::string& receipt_id, std::int64_t price) {
        CancelRequest request;
        request.receipt_id = receipt_id;
        request.price = Won{price};
        return book.cancel(request, no);
    }
    static bool no() { return false; }
    static bool yes() { return true; }
};

}  // namespace

TEST_CASE("totals run: charged counts for ever, what is returned adds up") {
    Case now;
    const auto first = now.pay("a", 1'000);
    const auto second = now.pay("b", 500, true);
    CHECK(now.book.totals() == Totals{1, Won{1'000}, Won{0}});
    REQUIRE(now.book.confirm(second, Case::no));
    REQUIRE(now.book.confirm(second, Case::no));  // a repeat charges nothing
    CHECK(now.book.totals() == Totals{2, Won{1'500}, Won{0}});
    REQUIRE(now.cancel(first, 300));
    REQUIRE(now.cancel(first, 700));
    CHECK_FALSE(now.cancel(first, 1));
    CHECK(now.book.totals() == Totals{2, Won{1'500}, Won{1'000}});
    now.book.clear([] {});
    CHECK(now.book.totals() == Totals{});
    CHECK_FALSE(now.book.find(first));
}

TEST_CASE("a declined confirm charges nothing and ends the receipt") {
    Case now;
    const auto id = now.pay("a", 1'000, true);
    CHECK(now.book.confirm(id, Case::yes).error() == Refusal::rc_confirm_failed);
    CHECK(now.book.find(id)->status == Status::declined);
    CHECK(now.book.confirm(id, Case::no).error() == Refusal::rc_not_confirm_ready);
    CHECK(now.book.totals() == Totals{});
}

TEST_CASE("a refusal from outside is asked for only where the call would go through") {
    Case now;
    int asked = 0;
    const auto count = [&asked] { return ++asked > 0; };
    CHECK(now.book.confirm("nothing", count).error() == Refusal::rc_not_found);
    const auto id = now.pay("a", 1'000);
    CHECK(now.book.confirm(id, count).error() == Refusal::rc_not_confirm_ready);
    CancelRequest request;
    request.receipt_id = id;
    request.price = Won{2'000};
    CHECK(now.book.cancel(request, count).error() == Refusal::rc_cancel_server_error);
    CHECK(asked == 0);
    request.price = std::nullopt;
    CHECK(now.book.cancel(request, count).error() == Refusal::rc_cancel_server_error);
    CHECK(asked == 1);
    CHECK(now.book.find(id)->canceled_price == Won{0});
}

TEST_CASE("every change is told once, with what it made of the receipt") {
    Case now;
    const auto id = now.pay("a", 1'000, true);
    REQUIRE(now.book.confirm(id, Case::no));
    REQUIRE(now.cancel(id, 400));
    CHECK_FALSE(now.cancel(id, 4'000));
    REQUIRE(now.told.size() == 3);
    CHECK(now.told[0].status == Status::approvable);
    CHECK(now.told[1].status == Status::paid);
    CHECK(now.told[2].canceled_price == Won{400});
}

TEST_CASE("receipts are found by id and by order, newest first, and read as overdue when they are"
) {
    Case now;
    const auto first = now.pay("a", 1, true);
    const auto second = now.pay("b", 2);
    const auto third = now.pay("a", 3);
    CHECK(first.size() == 24);
    CHECK(first.find_first_not_of("0123456789abcdef") == std::string::npos);
    const auto all = now.book.list("", 2);
    REQUIRE(all.size() == 2);
    CHECK(all[0].receipt_id == third);
    CHECK(all[1].receipt_id == second);
    const auto of_order = now.book.list("a", 10);
    REQUIRE(of_order.size() == 2);
    CHECK(of_order[0].receipt_id == third);
    CHECK(of_order[1].receipt_id == first);
    CHECK(now.book.list("c", 10).empty());
    now.clock->advance(std::chrono::minutes{31});
    CHECK(now.book.find(first)->status == Status::expired);
    CHECK(now.book.list("a", 10)[1].status == Status::expired);
}

TEST_CASE("a billing key's charge, made or declined, is a receipt of its order") {
    Case now;
    Purchase purchase;
    purchase.order_id = "a";
    purchase.price = Won{700};
    purchase.method = PayMethod::stored_card;
    const auto paid = now.book.charge(purchase, Case::no);
    REQUIRE(paid);
    CHECK(paid->effect == Effect::charged);
    CHECK(now.book.charge(purchase, Case::yes).error() == Refusal::rc_confirm_failed);
    CHECK(now.book.totals() == Totals{1, Won{700}, Won{0}});
    const auto receipts = now.book.list("a", 10);
    REQUIRE(receipts.size() == 2);
    CHECK(receipts[0].status == Status::declined);
    CHECK(receipts[1].status == Status::paid);
    CHECK(now.told.size() == 2);
}

TEST_CASE("what is altered is found as it is now, and counted so") {
    Case now;
    const auto id = now.pay("a", 1'000);
    const auto other = now.pay("a", 1'000);
    REQUIRE(now.book.alter(id, {.order_id = "b", .price = Won{700}, .canceled_price = Won{100}}));
    CHECK(now.book.find(id)->order_id == "b");
    CHECK(now.book.list("a", 10).size() == 1);
    CHECK(now.book.list("b", 10).size() == 1);
    CHECK(now.book.totals() == Totals{2, Won{1'700}, Won{100}});
    CHECK(now.told.back().price == Won{700});
    CHECK_FALSE(now.book.alter(id, {.price = Won{50}}));
    CHECK_FALSE(now.book.alter("nothing", {.price = Won{50}}));
    CHECK(now.book.find(id)->price == Won{700});
    CHECK(now.book.find(other)->price == Won{1'000});
}

TEST_CASE("what is removed was never there; numbers go on") {
    Case now;
    const auto id = now.pay("a", 1'000);
    const auto number = now.book.find(id)->number;
    int removed = 0;
    CHECK(now.book.remove(id, [&removed] { ++removed; }));
    CHECK_FALSE(now.book.remove(id, [&removed] { ++removed; }));
    CHECK(removed == 1);
    CHECK_FALSE(now.book.find(id));
    CHECK(now.book.list("a", 10).empty());
    CHECK(now.book.list("", 10).empty());
    CHECK(now.book.totals() == Totals{});
    CHECK(now.book.find(now.pay("a", 1))->number > number);
}

TEST_CASE("what waits expires by hand, once") {
    Case now;
    const auto id = now.pay("a", 1'000, true);
    const auto expired = now.book.expire(id);
    REQUIRE(expired);
    CHECK(expired->status == Status::expired);
    CHECK(now.told.back().status == Status::expired);
    CHECK_FALSE(now.book.expire(id));
    CHECK_FALSE(now.book.expire("nothing"));
    CHECK(now.book.confirm(id, Case::no).error() == Refusal::rc_not_confirm_ready);
}
