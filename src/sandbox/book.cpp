#include "sandbox/book.hpp"

#include <algorithm>
#include <ranges>

#include "core/result/error.hpp"
#include "sandbox/ids.hpp"

namespace pay::sandbox {
Book::Book(Rules rules, std::shared_ptr<const Clock> clock, OnChange on_change)
    : x_rules(rules), x_clock(std::move(clock)), x_on_change(std::move(on_change)) {}

Book::Change Book::pay(const Purchase& purchase) {
    const Time now = x_clock->now();
    Receipt receipt = open(purchase, make_id(now), now);
    const auto effect = sandbox::pay(receipt, purchase.separately_confirmed, x_rules, now);
    PAY_ASSERT(effect.has_value());
    const std::lock_guard lock(x_mutex);
    return {add(std::move(receipt)), *effect};
}

Book::Outcome Book::charge(const Purchase& purchase, const std::function<bool()>& declined) {
    const Time now = x_clock->now();
    Receipt receipt = open(purchase, make_id(now), now);
    const bool ends = declined();
    const auto effect = ends ? decline_stored(receipt) : charge_stored(receipt, now);
    PAY_ASSERT(effect.has_value());
    const std::lock_guard lock(x_mutex);
    const Receipt& kept = add(std::move(receipt));
    if (ends) return std::unexpected(Refusal::rc_confirm_failed);
    return Change{kept, *effect};
}

Book::Outcome Book::deposit(std::string_view receipt_id) {
    const Time now = x_clock->now();
    const std::lock_guard lock(x_mutex);
    Receipt* held = find_held(receipt_id);
    if (held == nullptr) return std::unexpected(Refusal::rc_not_found);
    return change(*held, [&](Receipt& receipt) { return sandbox::deposit(receipt, x_rules, now); });
}

Book::Outcome Book::confirm(std::string_view receipt_id, const std::function<bool()>& declined) {
    const Time now = x_clock->now();
    const auto approve = [&](Receipt& receipt) { return sandbox::confirm(receipt, x_rules, now); };
    const std::lock_guard lock(x_mutex);
    Receipt* held = find_held(receipt_id);
    if (held == nullptr) return std::unexpected(Refusal::rc_not_found);
    Receipt trial = *held;
    if (approve(trial) == Effect::charged && declined()) {
        const auto ended =
            change(*held, [&](Receipt& receipt) { return decline(receipt, x_rules, now); });
        PAY_ASSERT(ended.has_value());
        return std::unexpected(Refusal::rc_confirm_failed);
    }
    return change(*held, approve);
}

Book::Outcome Book::cancel(const CancelRequest& request, const std::function<bool()>& refused) {
    const Time now = x_clock->now();
    const auto take_back = [&](Receipt& receipt) {
        return sandbox::cancel(receipt, request, x_rules, now);
    };
    const std::lock_guard lock(x_mutex);
    Receipt* held = find_held(request.receipt_id);
    if (held == nullptr) return std::unexpected(Refusal::rc_not_found);
    Receipt trial = *held;
    if (take_back(trial).value_or(Effect::none) != Effect::none && refused()) {
        return std::unexpected(Refusal::rc_cancel_server_error);
    }
    return change(*held, take_back);
}

Book::Outcome Book::change(Receipt& held, const Operation& operation) {
    const Receipt before = held;
    const auto effect = operation(held);
    if (held.status != before.status || held.canceled_price != before.canceled_price) {
        count(before, -1);
        count(held, 1);
        x_on_change(held);
    }
    if (!effect) return std::unexpected(effect.error());
    return Change{held, *effect};
}

std::optional<Receipt> Book::alter(std::string_view receipt_id, const Alteration& alteration) {
    const Time now = x_clock->now();
    const std::lock_guard lock(x_mutex);
    Receipt* held = find_held(receipt_id);
    if (held == nullptr) return std::nullopt;
    Receipt altered = *held;
    if (!sandbox::alter(altered, alteration, now)) return std::nullopt;
    count(*held, -1);
    leave_order(*held);
    x_by_id.erase(held->receipt_id);  // it looks at the text that is replaced
    *held = std::move(altered);
    x_by_id.emplace(held->receipt_id, held);
    x_by_order[held->order_id].push_back(held);
    count(*held, 1);
    x_on_change(*held);
    return *held;
}

std::optional<Receipt> Book::expire(std::string_view receipt_id) {
    const Time now = x_clock->now();
    const std::lock_guard lock(x_mutex);
    Receipt* held = find_held(receipt_id);
    if (held == nullptr) return std::nullopt;
    sandbox::expire(*held, x_rules, now);
    if (!expire_at_once(*held)) return std::nullopt;
    x_on_change(*held);
    return *held;
}

bool Book::remove(std::string_view receipt_id, const std::function<void()>& then) {
    const std::lock_guard lock(x_mutex);
    const Receipt* held = find_held(receipt_id);
    if (held == nullptr) return false;
    count(*held, -1);
    leave_order(*held);
    x_by_id.erase(held->receipt_id);
    x_receipts.erase(held->number);
    then();
    return true;
}

std::optional<Receipt> Book::find(std::string_view receipt_id) const {
    const std::lock_guard lock(x_mutex);
    const auto found = x_by_id.find(receipt_id);
    if (found == x_by_id.end()) return std::nullopt;
    return as_of_now(*found->second);
}

std::vector<Receipt> Book::list(std::string_view order_id, std::size_t limit) const {
    std::vector<Receipt> list;
    const std::lock_guard lock(x_mutex);
    if (order_id.empty()) {
        for (const auto& [_, receipt] :
             x_receipts | std::views::reverse | std::views::take(limit)) {
            list.push_back(as_of_now(receipt));
        }
        return list;
    }
    const auto found = x_by_order.find(std::string(order_id));
    if (found == x_by_order.end()) return list;
    for (const Receipt* receipt : found->second | std::views::reverse | std::views::take(limit)) {
        list.push_back(as_of_now(*receipt));
    }
    return list;
}

Totals Book::totals() const {
    const std::lock_guard lock(x_mutex);
    return x_totals;
}

void Book::restore(Receipt receipt) {
    const std::lock_guard lock(x_mutex);
    keep(std::move(receipt));
}

void Book::clear(const std::function<void()>& then) {
    const std::lock_guard lock(x_mutex);
    x_by_id.clear();
    x_by_order.clear();
    x_receipts.clear();
    x_last_number = 0;
    x_totals = {};
    then();
}

Receipt* Book::find_held(std::string_view receipt_id) {
    const auto found = x_by_id.find(receipt_id);
    return found == x_by_id.end() ? nullptr : found->second;
}

Receipt Book::as_of_now(const Receipt& receipt) const {
    Receipt now = receipt;
    sandbox::expire(now, x_rules, x_clock->now());
    return now;
}

const Receipt& Book::add(Receipt receipt) {
    receipt.number = x_last_number + 1;
    const Receipt& kept = keep(std::move(receipt));
    x_on_change(kept);
    return kept;
}

Receipt& Book::keep(Receipt receipt) {
    x_last_number = std::max(x_last_number, receipt.number);
    const auto number = receipt.number;
    Receipt& kept = x_receipts.emplace_hint(x_receipts.end(), number, std::move(receipt))->second;
    x_by_id.emplace(kept.receipt_id, &kept);
    x_by_order[kept.order_id].push_back(&kept);
    count(kept, 1);
    return kept;
}

void Book::leave_order(const Receipt& receipt) {
    const auto found = x_by_order.find(receipt.order_id);
    std::erase(found->second, &receipt);
    if (found->second.empty()) x_by_order.erase(found);
}

void Book::count(const Receipt& receipt, std::int64_t sign) {
    if (receipt.purchased_at) {
        x_totals.paid_count += sign;
        x_totals.paid_amount += Won{sign * receipt.price.value()};
    }
    x_totals.canceled_amount += Won{sign * receipt.canceled_price.value()};
}

}  // namespace pay::sandbox
