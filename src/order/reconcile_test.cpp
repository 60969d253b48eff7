#include <doctest/doctest.h>

#include <algorithm>

#include "core/json/read.hpp"
#include "order/desk.hpp"
#include "order/reconcile_wire.hpp"
#include "order/store.hpp"
#include "order/town.hpp"

namespace pay::order::reconcile {

struct FindingPage {
    std::vector<FindingView> data;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(FindingPage, (), (data, next_cursor))

struct RunPage {
    std::vector<RunView> data;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(RunPage, (), (data, next_cursor))

}  // namespace pay::order::reconcile

namespace pay::order::test {
namespace {

using reconcile::FindingView;
using reconcile::Kind;
using reconcile::RunStatus;
using reconcile::RunView;

const std::string runs_path = "/v1/admin/order/reconciliations";

template <class T>
T read(const http::Response& response) {
    REQUIRE(response.status < 300);
    auto value = json::read<T>(response.body, json::Unknown::refuse);
    REQUIRE(value);
    return std::move(*value);
}

/// A town whose runs are asked for by an admin, over all orders so far.
struct Audited : Town {
    Audited() {
        reconciling.patience.answers = Duration{100};
        reconciling.patience.rest = Duration{2'000};
        reopen();
    }

    http::Response ask(std::string body = {}) {
        turn(std::chrono::seconds{1});
        if (body.empty()) body = R"({"to":")" + to_rfc3339(clock->now()) + "\"}";
        return call({.path = runs_path, .body = body, .user = "root", .role = http::Role::admin});
    }
    RunView show(const std::string& id) { return read<RunView>(get(runs_path + "/" + id)); }
    /// Asks again and again: a run tells nobody of its steps.
    void until(const std::function<bool()>& reached) {
        for (int i = 0; i < 2'000; ++i) {
            if (reached()) return;
            std::promise<void> passed;
            const auto timer = io->after(Duration{10}, [&] { passed.set_value(); });
            passed.get_future().wait();
        }
        FAIL("what was waited for did not come");
    }
    RunView done(const std::string& id) {
        RunView run;
        until([&] { return (run = show(id)).status == RunStatus::done; });
        return run;
    }
    std::vector<FindingView> findings(const std::string& id) {
        return read<reconcile::FindingPage>(get(runs_path + "/" + id + "/findings")).data;
    }
    std::vector<FindingView> reconcile() {
        const auto run = done(read<RunView>(ask()).id);
        auto found = findings(run.id);
        CHECK(run.checked == run.orders);
        CHECK(run.mended == std::ranges::count_if(found, &FindingView::mended));
        CHECK(run.open + run.mended == static_cast<std::int64_t>(found.size()));
        return found;
    }
    /// What it finds now, and again.
    void finds(Kind kind, const std::string& order_id) {
        for (int i = 0; i < 2; ++i) {
            const auto found = reconcile();
            REQUIRE(found.size() == 1);
            CHECK(found[0].kind == kind);
            CHECK_FALSE(found[0].mended);
            CHECK(found[0].order_id.value_or("") == order_id);
            CHECK(found[0].command);
        }
    }
    /// What it mends now, and then finds nothing of.
    void mends(Kind kind, const std::string& order_id) {
        const auto found = reconcile();
        REQUIRE(found.size() == 1);
        CHECK(json::name_of(found[0].kind) == json::name_of(kind));
        CHECK(found[0].mended);
        CHECK(found[0].order_id == order_id);
        CHECK_FALSE(found[0].command);
        CHECK(reconcile().empty());
    }

    void show_payment(
        Stage stage, const std::string& order, const std::string& receipt = receipt_a
    ) {
        auto receipts = gateway.get(gateway.receipts);
        receipts[receipt] = payment(receipt, order, stage);
        gateway.set(gateway.receipts, receipts);
    }
    std::string succeed() {
        const auto id = place();
        show_payment(Stage::paid, id);
        confirm(id).get();
        REQUIRE(reaches(id, Status::SUCCESS));
        return id;
    }
};

}  // namespace

TEST_CASE("what all agree on is no finding") {
    Audited town;
    CHECK(town.reconcile().empty());
    town.succeed();
    town.place("lee");
    CHECK(town.reconcile().empty());
}

TEST_CASE("paid there and pending here is confirmed") {
    Audited town;
    const auto id = town.place();
    town.show_payment(Stage::paid, id);
    town.mends(Kind::paid_unconfirmed, id);
    CHECK(town.find(id)->status == Status::SUCCESS);
    CHECK(town.ledger.sums(id).granted == Points{500});
}

TEST_CASE("a payment of another amount is returned") {
    Audited town;
    const auto id = town.place();
    auto wrong = payment(receipt_a, id, Stage::paid, Won{4'000});
    town.gateway.set(town.gateway.receipts, {{receipt_a, wrong}});
    town.mends(Kind::amount_differs, id);
    CHECK(town.find(id)->status == Status::FAIL);
    CHECK(town.gateway.get(town.gateway.receipts).at(receipt_a).stage == Stage::canceled);
}

TEST_CASE("canceled there and standing here is followed") {
    Audited town;
    const auto id = town.succeed();
    town.show_payment(Stage::canceled, id);
    town.mends(Kind::canceled_at_gateway, id);
    CHECK(town.find(id)->status == Status::CANCELED);
    CHECK(town.ledger.sums(id).returned == Points{500});
}

TEST_CASE("a second payment is returned") {
    Audited town;
    const auto id = town.succeed();
    town.show_payment(Stage::paid, id, receipt_b);
    town.mends(Kind::second_payment, id);
    CHECK(town.gateway.get(town.gateway.receipts).at(receipt_b).stage == Stage::canceled);
    CHECK(town.gateway.get(town.gateway.receipts).at(receipt_a).stage == Stage::paid);
    CHECK(town.find(id)->status == Status::SUCCESS);
}

TEST_CASE("a second payment whose refund is refused needs a person") {
    Audited town;
    const auto id = town.succeed();
    town.show_payment(Stage::paid, id, receipt_b);
    town.gateway.set(town.gateway.refuses_cancels, true);
    const auto found = town.reconcile();
    REQUIRE(found.size() == 2);
    CHECK(std::ranges::count_if(found, &FindingView::mended) == 1);  // that is under way to nobody
    town.finds(Kind::refund_refused, id);
    town.show_payment(Stage::canceled, id, receipt_b);
    CHECK(town.reconcile().empty());
}

TEST_CASE("a refund that was refused is closed by a person") {
    Audited town;
    const auto id = town.place();
    town.gateway.set(town.gateway.refuses_cancels, true);
    town.gateway.set(
        town.gateway.receipts, {{receipt_a, payment(receipt_a, id, Stage::paid, Won{4'000})}}
    );
    town.confirm(id).get();
    REQUIRE(town.reaches(id, Status::FAILING));
    town.finds(Kind::refund_refused, id);
    const auto closed = town.call(
        {.path = "/v1/orders/" + id + "/refunded",
         .body = R"({"reason":"by transfer"})",
         .user = "root",
         .role = http::Role::admin}
    );
    REQUIRE(closed.status == 200);
    CHECK(town.reconcile().empty());
}

TEST_CASE("a success without its points gets them") {
    Audited town;
    const auto id = town.succeed();
    town.ledger.bend(id, [](point::Checked& sums) { sums = {}; });
    town.mends(Kind::ledger_missing, id);
    CHECK(town.ledger.sums(id).granted == Points{500});
}

TEST_CASE("what only a person can judge is listed again") {
    Audited town;
    const auto id = town.succeed();
    auto receipts = town.gateway.get(town.gateway.receipts);
    SUBCASE("another amount") {
        receipts[receipt_a].price = Won{4'000};
        town.gateway.set(town.gateway.receipts, receipts);
        town.finds(Kind::amount_differs, id);
    }
    SUBCASE("never charged") {
        receipts[receipt_a].stage = Stage::declined;
        town.gateway.set(town.gateway.receipts, receipts);
        town.finds(Kind::not_charged, id);
    }
    SUBCASE("a receipt the gateway does not know") {
        town.gateway.set(town.gateway.receipts, {});
        town.finds(Kind::unknown_receipt, id);
    }
    SUBCASE("more points than the order gave") {
        town.ledger.bend(id, [](point::Checked& sums) { sums.granted = Points{501}; });
        town.finds(Kind::ledger_differs, id);
    }
    SUBCASE("held points that no cancel holds") {
        town.ledger.bend(id, [](point::Checked& sums) { sums.held = Points{5}; });
        town.finds(Kind::held_left_over, id);
    }
    SUBCASE("a ledger that does not answer") {
        town.ledger_answers = false;
        town.finds(Kind::ledger_silent, id);
    }
    SUBCASE("a gateway that does not answer") {
        town.gateway.set(town.gateway.silent, true);
        town.finds(Kind::gateway_silent, id);
    }
}

TEST_CASE("what a canceled order still holds is settled") {
    Audited town;
    const auto id = town.succeed();
    town.show_payment(Stage::canceled, id);
    town.mends(Kind::canceled_at_gateway, id);
    town.ledger.bend(id, [](point::Checked& sums) {
        sums.returned = Points{0};
        sums.held = Points{500};
    });
    town.mends(Kind::held_left_over, id);
    CHECK(town.ledger.sums(id).returned == Points{500});
}

TEST_CASE("a cancel that does not end is driven on") {
    Audited town;
    const auto id = town.succeed();
    town.services_answer = false;
    town.call(
        {.path = "/v1/orders/" + id + "/cancel",
         .body = R"({"reason":"asked for"})",
         .user = "root",
         .role = http::Role::admin}
    );
    REQUIRE(town.find(id)->status == Status::CANCELING);
    auto found = town.reconcile();
    REQUIRE(found.size() == 1);
    CHECK(found[0].kind == Kind::still_under_way);
    town.driver->stop();  // or it would do it
    town.turn(std::chrono::minutes{11});
    found = town.reconcile();
    REQUIRE(found.size() == 1);
    CHECK(found[0].kind == Kind::cancel_unfinished);
    CHECK_FALSE(found[0].mended);
    town.services_answer = true;
    town.driver->start();
    REQUIRE(town.reaches(id, Status::CANCELED));
    CHECK(town.reconcile().empty());
}

TEST_CASE("a receipt that nobody claimed is looked up again") {
    Audited town;
    town.show_payment(Stage::paid, "ord_of_somebody_else", receipt_b);
    const auto sent = town.call(
        {.path = "/webhooks/bootpay",
         .body = R"({"receipt_id":")" + receipt_b +
                 R"(","order_id":"ord_of_somebody_else","status":1,"price":5000})"}
    );
    REQUIRE(sent.status == 200);
    town.turn(std::chrono::seconds{1});
    REQUIRE(town.bell.await([&] { return town.gateway.get(town.gateway.finds) > 0; }));
    const auto claimed_by_nobody = [&] {
        const auto found = town.reconcile();
        return found.size() == 1 && found[0].kind == Kind::unclaimed;
    };
    town.until(claimed_by_nobody);  // the look-up is stored a moment after it
    town.finds(Kind::unclaimed, "ord_of_somebody_else");
    town.gateway.set(town.gateway.silent, true);
    town.finds(Kind::gateway_silent, "");
    town.gateway.set(town.gateway.silent, false);
    SUBCASE("it was returned") {
        town.show_payment(Stage::canceled, "ord_of_somebody_else", receipt_b);
        CHECK(town.reconcile().empty());
    }
    SUBCASE("its order is known by now") {
        const auto id = town.place();
        town.turn(std::chrono::hours{1});  // the span begins after the order
        town.show_payment(Stage::paid, id, receipt_b);
        REQUIRE(town.reaches(id, Status::SUCCESS));
        CHECK(town.reconcile().empty());
    }
}

TEST_CASE("after a crash a run goes on behind what is stored") {
    Audited town;
    town.reconciling.page = 1;
    town.reopen();
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i) {
        ids.push_back(town.place());
        town.turn(std::chrono::milliseconds{2});
    }
    town.show_payment(Stage::paid, ids[0], receipt_a);
    town.show_payment(Stage::paid, ids[2], receipt_b);
    town.driver->stop();
    const auto run = read<RunView>(town.ask());
    REQUIRE(town.reaches(ids[0], Status::SUCCESS));
    town.gateway.hold();  // somewhere behind the first order
    town.close();
    town.open();
    const auto ended = town.done(run.id);
    CHECK(ended.checked == 3);
    CHECK(town.find(ids[2])->status == Status::SUCCESS);
    CHECK(town.reconcile().empty());
}

TEST_CASE("one run at a time, of a span that is one") {
    Audited town;
    town.succeed();
    town.gateway.hold();
    const auto first = town.ask();
    CHECK(first.status == 202);
    CHECK(town.ask().status == 409);
    town.gateway.release();
    town.done(read<RunView>(first).id);
    CHECK(town.ask(R"({"from":"yesterday"})").status == 422);
    CHECK(town.ask(R"({"from":"2026-03-02T00:00:00Z","to":"2026-03-01T00:00:00Z"})").status == 422);
    CHECK(town.ask(R"({"to":"2999-03-01T00:00:00Z"})").status == 422);
    CHECK(town.ask(R"({"until":1})").status == 400);
    const auto runs = read<reconcile::RunPage>(town.get(runs_path)).data;
    REQUIRE(runs.size() == 1);
    CHECK(runs[0].asked_by == "root");
    CHECK(town.get(runs_path + "/rec_unknown").status == 404);
    CHECK(town.get(runs_path + "/rec_00000000000000000000000000").status == 404);
    CHECK(town.get(runs_path + "/rec_00000000000000000000000000/findings").status == 404);
}

TEST_CASE("a run begins by itself when it is time") {
    Audited town;
    town.reconciling.every = std::chrono::hours{24};
    town.reopen();
    const auto id = town.place();
    town.show_payment(Stage::paid, id);
    town.turn(std::chrono::hours{24});
    REQUIRE(town.reaches(id, Status::SUCCESS));
    const auto runs = [&] { return read<reconcile::RunPage>(town.get(runs_path)).data; };
    town.until([&] { return !runs().empty(); });
    CHECK(runs()[0].asked_by == "schedule");
    town.done(runs()[0].id);
    CHECK(town.metrics.text().contains("payments_reconcile_findings{state=\"open\"}"));
    CHECK(runs().size() == 1);
}

}  // namespace pay::order::test
