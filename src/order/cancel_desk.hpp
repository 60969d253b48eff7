#pragma once

#include "core/json/read.hpp"
#include "order/desk.hpp"
#include "order/saga.hpp"

/// A desk for the tests of cancels: of the order ord_a, by its buyer or by an admin.
namespace pay::order::test {

struct CancelDesk : Desk {
    Cancel wish(std::optional<Won> amount = {}, std::string user = "kim") const {
        Cancel wish;
        wish.cancellation_id = "can_" + std::to_string(state.cancellations.size());
        wish.order_id = "ord_a";
        wish.user_id = std::move(user);
        wish.asked_by = wish.user_id.empty() ? "boss" : wish.user_id;
        wish.amount = amount;
        if (wish.user_id.empty()) wish.reason = "asked on the phone";
        return wish;
    }
    /// The point service's answer to what the cancellation under way asks of it.
    void held(point::Action action, bool refused = false) {
        point::Reply reply{"ord_a", action, refused ? "INSUFFICIENT_POINTS" : ""};
        reply.hold_id = order().cancellation_id;
        must(PointReplied{reply, refused});
    }
    /// The gateway has returned this much all told.
    void returned(Won total) {
        auto shown = payment(receipt_a, "ord_a", Stage::paid);
        shown.canceled = total;
        if (total == shown.price) shown.stage = Stage::canceled;
        const auto begun = must(BeginRefund{receipt_a, shown.price, before});
        REQUIRE(begun.next == Next::cancel);
        part = begun.refund->target ? std::optional{*begun.refund->target - before} : std::nullopt;
        before = total;
        must(RefundEnded{receipt_a, shown, begun.refund->called_at});
    }
    void gateway_refuses() {
        must(BeginRefund{receipt_a, Won{5'000}, before});
        must(RefundEnded{receipt_a, std::unexpected(gateway::Refusal::refused), {}});
    }
    point::Hold sent_hold() const {
        for (const auto& message : messages) {
            if (message.type != point::hold_type) continue;
            return *json::read<point::Hold>(message.payload, json::Unknown::refuse);
        }
        FAIL("no hold was sent");
        return {};
    }
    Cancellation& last() { return state.cancellations.at(order().cancellation_id); }

    Won before{};
    std::optional<Won> part;
};

}  // namespace pay::order::test
