#include "order/world.hpp"

/// What must hold in a World, at every step and at its end.
namespace pay::order::test {

std::string World::fault() const {
    if (!x_fault.empty()) return x_fault;
    for (const auto& [id, order] : state.orders) {
        const auto refund = state.refunds.find(order.receipt_id);
        const bool refund_drives = refund != state.refunds.end() && refund->second.due_at;
        const bool waits_for_admin = order.failure == Failure::REFUND_REFUSED;
        if (!order.final() && !order.due_at && !refund_drives && !waits_for_admin)
            return id + " is stuck";
        if (order.final() && order.due_at) return id + " is final and due";
    }
    for (const auto& [name, refund] : state.refunds) {
        if ((refund.status == RefundStatus::open) != refund.due_at.has_value())
            return name + " is stuck";
    }
    return {};
}

std::string World::fault_of(const Order& order, const Services& kept) const {
    const bool refused =
        order.status == Status::FAILING && order.failure == Failure::REFUND_REFUSED;
    if (!order.final() && !refused) return " came to no end";
    if (kept.holds_something()) return " holds points";
    const bool credited = kept.credited && !kept.reversed;
    const bool saved = kept.saved && !kept.revoked;
    if (order.status == Status::SUCCESS) {
        if (!saved && !kept.save_refused) return " has no item";
        if (order.paid_with_points()) {
            return kept.settled() == *order.points ? "" : " is not paid";
        }
        if (order.point && !credited) return " has no points";
        if (!gateway.at(order.receipt_id).payment.charged()) return " is not paid";
    } else if (order.status != Status::CANCELED && (credited || saved)) {
        return " failed and has its goods";
    } else if (saved) {
        return " was canceled and has its item";
    }
    if (order.paid_with_points() || !credited) return {};
    const Points taken = share_of(*order.points, order.canceled_amount, *order.amount);
    return kept.settled() == taken ? "" : " has other points than it was paid for";
}

std::string World::fault_of(const std::string& name, const gateway::Payment& payment) const {
    const auto holder = state.order_of_receipt.find(name);
    const auto refund = state.refunds.find(name);
    const bool held = holder != state.order_of_receipt.end();
    const bool refunded = refund != state.refunds.end();
    if (held) {
        const auto& order = state.orders.at(holder->second);
        const bool stands = order.status == Status::SUCCESS || order.status == Status::CANCELED;
        if (stands) {
            return payment.canceled == order.returned() ? "" : " was returned otherwise than told";
        }
    }
    const bool refused = refunded && refund->second.status == RefundStatus::refused;
    if (refunded && !refused && payment.charged()) return " was not returned";
    if (held && !refunded && payment.charged()) return " is held and forgotten";
    return {};
}

std::string World::fault_at_end() const {
    for (const auto& [id, order] : state.orders) {
        const auto found = services.find(id);
        const auto fault = fault_of(order, found == services.end() ? Services{} : found->second);
        if (!fault.empty()) return id + fault;
    }
    for (const auto& [name, receipt] : gateway) {
        if (auto fault = fault_of(name, receipt.payment); !fault.empty()) return name + fault;
    }
    return {};
}

}  // namespace pay::order::test
