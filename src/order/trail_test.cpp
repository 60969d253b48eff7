#include "order/trail.hpp"

#include "order/desk.hpp"

using namespace pay;
using namespace pay::order;
using namespace pay::order::test;

namespace {

std::vector<Record> left(const Desk& desk, const std::string& id = "ord_a") {
    const auto& order = desk.state.orders.at(id);
    return read_trail(order.trail, order.created_at);
}

std::vector<Cause> causes(const Desk& desk) {
    std::vector<Cause> all;
    for (const auto& record : left(desk)) all.push_back(record.mark.cause);
    return all;
}

Mark last(const Desk& desk) {
    return left(desk).back().mark;
}

bool moves(const Mark& mark, Status from, Status to) {
    return mark.status && mark.status->from == from && mark.status->to == to;
}

using Causes = std::vector<Cause>;
using Said = std::vector<Saying>;

constexpr int paid = static_cast<int>(Stage::paid);

}  // namespace

TEST_CASE("a record is read as it was written") {
    Mark mark;
    mark.cause = Cause::point_refused;
    mark.outcome = 2;
    mark.request_id = "Abc-1._";
    mark.heard = bus::Place{7, 123'456'789'012};
    mark.answers = bus::Answers{{0, 5}, noon + Duration{40}};
    mark.status = {Status::PAID, Status::FAILING};
    mark.failure = Failure::POINTS_REFUSED;
    mark.phase = Phase::refused;
    mark.said = {Saying::reverse, Saying::expired};
    mark.call = GatewayCall::cancel;
    mark.attempts = 12;
    std::string trail;
    append(trail, noon, noon, {});
    append(trail, noon, noon + Duration{1'234}, mark);
    const auto records = read_trail(trail, noon);
    REQUIRE(records.size() == 2);
    CHECK(records[0].at == noon);
    CHECK(records[0].mark.cause == Cause::placed);
    const auto& [at, read, gap] = records[1];
    CHECK(at == noon + Duration{1'234});
    CHECK(read.cause == mark.cause);
    CHECK(read.outcome == mark.outcome);
    CHECK(read.request_id == mark.request_id);
    CHECK(read.heard == mark.heard);
    CHECK(read.answers == mark.answers);
    CHECK(moves(read, Status::PAID, Status::FAILING));
    CHECK(read.failure == mark.failure);
    CHECK(read.phase == mark.phase);
    CHECK(read.said == mark.said);
    CHECK(read.call == mark.call);
    CHECK(read.attempts == 12);
    CHECK(gap == 0);
}

TEST_CASE("what cannot be read is passed over") {
    CHECK(read_trail("", noon).empty());
    CHECK(read_trail(";;:;x;1:;1:~;", noon).empty());
    const auto records = read_trail("0:a;zz?;5:b >z! x~ #~ ?~ !~z ;7:q", noon);
    REQUIRE(records.size() == 3);
    CHECK_FALSE(records[1].mark.status);
    CHECK(records[2].mark.cause == Cause::woken);
}

TEST_CASE("a trail that grows too long loses its middle, and says how much") {
    std::string trail;
    for (int i = 0; i < 2'000; ++i) {
        Mark mark;
        mark.cause = i == 0 ? Cause::placed : Cause::woken;
        mark.attempts = i;
        append(trail, noon, noon + Duration{i}, mark);
        REQUIRE(trail.size() <= longest_trail);
    }
    int records = 0;
    int gaps = 0;
    for (const auto& [at, mark, left_out] : read_trail(trail, noon)) {
        records += left_out > 0 ? left_out : 1;
        gaps += left_out > 0 ? 1 : 0;
    }
    CHECK(records == 2'000);
    CHECK(gaps == 1);
    const auto all = read_trail(trail, noon);
    CHECK(all.front().mark.cause == Cause::placed);
    CHECK(all.back().mark.attempts == 1'999);
}

TEST_CASE("a charge leaves who asked, what the gateway said, what was sent and what came") {
    Desk desk;
    auto wanted = wish("ord_a");
    wanted.request_id = "req-1";
    desk.must(Place{wanted, {}});
    CHECK(last(desk).request_id == "req-1");
    auto confirm = desk.heard(Stage::approvable);
    confirm.asked = {Source::request, "req-2"};
    desk.must(confirm);
    CHECK(last(desk).request_id == "req-2");
    CHECK(last(desk).call == GatewayCall::approve);
    desk.now += Duration{300};
    desk.must(ApprovalEnded{"ord_a", receipt_a, payment(receipt_a, "ord_a", Stage::paid)});
    CHECK(moves(last(desk), Status::PENDING, Status::PAID));
    CHECK(last(desk).outcome == paid);
    CHECK(last(desk).said == Said{Saying::paid, Saying::credit, Saying::save});
    PointReplied reply{{"ord_a", point::Action::credit, ""}};
    reply.place = bus::Place{1, 2};
    reply.answers = bus::Answers{{3, 4}, desk.now};
    desk.must(reply);
    CHECK(last(desk).heard == reply.place);
    CHECK(last(desk).answers == reply.answers);
    desk.item(order_item::Action::save);
    CHECK(moves(last(desk), Status::PAID, Status::SUCCESS));
    CHECK(
        causes(desk) ==
        Causes{
            Cause::placed, Cause::confirmed, Cause::approved, Cause::point_done, Cause::item_done
        }
    );
    CHECK(desk.order().trail.size() < 120);
}

TEST_CASE("each way to hear of a payment is told apart") {
    const std::vector<std::pair<Source, Cause>> ways{
        {Source::driver, Cause::polled},        {Source::request, Cause::confirmed},
        {Source::webhook, Cause::webhook},      {Source::recheck, Cause::rechecked},
        {Source::reconcile, Cause::reconciled}, {Source::charge, Cause::charged}
    };
    for (const auto& [source, cause] : ways) {
        Desk desk;
        desk.place();
        auto confirm = desk.heard(Stage::paid);
        confirm.asked.source = source;
        desk.must(confirm);
        CHECK(last(desk).cause == cause);
    }
    Desk desk;
    desk.must(PlacePaid{wish("ord_a"), payment(receipt_a, "ord_a", Stage::paid)});
    CHECK(causes(desk) == Causes{Cause::placed});
    CHECK(last(desk).outcome == paid);
    CHECK(moves(last(desk), Status::PENDING, Status::PAID));
    desk.must(Place{wish("ord_b"), receipt_b});
    CHECK(left(desk, "ord_b").front().mark.cause == Cause::placed_unheard);
}

TEST_CASE("what is repeated and changes nothing leaves nothing") {
    Desk desk;
    desk.succeed();
    const auto trail = desk.order().trail;
    desk.must(desk.heard(Stage::paid));
    desk.points(point::Action::credit);
    desk.item(order_item::Action::save);
    desk.must(Wake{"ord_a"});
    CHECK(desk.code_of(Retry{"ord_a"}) == Code::conflict);
    Cancel ask{"can_s", "ord_a", "kim", "kim", {}, "", {}, true};
    desk.must(ask);
    CHECK(desk.order().trail == trail);
}

TEST_CASE("an approval without an outcome is told, though nothing changed") {
    Desk desk;
    desk.place();
    desk.must(desk.heard(Stage::approvable));
    desk.must(ApprovalEnded{"ord_a", receipt_a, std::unexpected(gateway::Refusal::timed_out)});
    CHECK(last(desk).cause == Cause::not_approved);
    CHECK(last(desk).outcome == static_cast<int>(gateway::Refusal::timed_out));
    CHECK(desk.state.changed_orders.contains("ord_a"));
}

TEST_CASE("silence is told with what is sent again, and how often") {
    Desk desk;
    desk.pay();
    desk.wake();
    CHECK(last(desk).cause == Cause::woken);
    CHECK(last(desk).attempts == 1);
    CHECK(last(desk).said == Said{Saying::credit, Saying::save});
    desk.wake();
    CHECK(last(desk).attempts == 2);
    desk.place("ord_b");
    desk.wake("ord_b", false);
    CHECK(left(desk, "ord_b").back().mark.cause == Cause::woken_unheard);
}

TEST_CASE("what is undone is told step by step, the gateway's calls too") {
    Desk desk;
    desk.pay();
    desk.points(point::Action::credit, true);
    CHECK(last(desk).cause == Cause::point_refused);
    CHECK(moves(last(desk), Status::PAID, Status::FAILING));
    CHECK(last(desk).failure == Failure::POINTS_REFUSED);
    CHECK(last(desk).said == Said{Saying::revoke});
    desk.item(order_item::Action::revoke);
    desk.must(PostponeRefund{receipt_a});
    CHECK(last(desk).cause == Cause::refund_postponed);
    desk.must(BeginRefund{receipt_a, Won{5'000}, Won{0}});
    CHECK(last(desk).cause == Cause::refund_looked_up);
    CHECK(last(desk).call == GatewayCall::cancel);
    desk.must(RefundEnded{receipt_a, std::unexpected(gateway::Refusal::refused)});
    CHECK(last(desk).cause == Cause::not_returned);
    CHECK(last(desk).failure == Failure::REFUND_REFUSED);
    desk.must(Retry{"ord_a"});
    CHECK(last(desk).cause == Cause::retried);
    desk.must(BeginRefund{receipt_a, Won{5'000}, Won{0}});
    desk.must(RefundEnded{receipt_a, payment(receipt_a, "ord_a", Stage::canceled)});
    CHECK(last(desk).cause == Cause::returned);
    CHECK(moves(last(desk), Status::FAILING, Status::FAIL));
    CHECK(last(desk).said == Said{Saying::failed});
}

TEST_CASE("a cancel is told phase by phase") {
    Desk desk;
    desk.succeed();
    Cancel ask{"can_a", "ord_a", "kim", "kim", {}, "", {}, false};
    ask.request_id = "req-9";
    desk.must(ask);
    CHECK(last(desk).request_id == "req-9");
    CHECK(last(desk).phase == Phase::holding);
    CHECK(moves(last(desk), Status::SUCCESS, Status::CANCELING));
    CHECK(last(desk).said == Said{Saying::hold});
    desk.must(PointReplied{{"ord_a", point::Action::hold, "", "can_a"}});
    CHECK(last(desk).phase == Phase::returning);
    desk.must(BeginRefund{receipt_a, Won{5'000}, Won{0}});
    desk.must(RefundEnded{receipt_a, payment(receipt_a, "ord_a", Stage::canceled)});
    CHECK(last(desk).phase == Phase::settling);
    desk.must(PointReplied{{"ord_a", point::Action::settle, "", "can_a"}});
    CHECK(last(desk).phase == Phase::revoking);
    desk.item(order_item::Action::revoke);
    CHECK(last(desk).phase == Phase::done);
    CHECK(moves(last(desk), Status::CANCELING, Status::CANCELED));
}
