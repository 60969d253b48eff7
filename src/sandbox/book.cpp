#include "sandbox/book.hpp"

#include <array>
#include <cstdio>
#include <ranges>

#include "core/ident/ident.hpp"
#include "core/result/error.hpp"

namespace pay::sandbox {
namespace {

/// Bootpay's ids are 24 hex digits that begin with the time in seconds.
std::string make_receipt_id(Time now) {
    std::array<char, 9> seconds{};
    const auto count = static_cast<unsigned>(to_epoch_ms(now) / 1000);
    std::snprintf(seconds.data(), seconds.size(), "%08x", count);
    return seconds.data() + random_hex_128().substr(0, 16);
}

}  // namespace

Book::Book(Rules rules, std::shared_ptr<const Clock> clock, OnChange on_change)
    : x_rules(rules), x_clock(std::move(clock)), x_on_change(std::move(on_change)) {}

Book::Change Book::pay(const Purchase& purchase) {
    const Time now = x_clock->now();
    Receipt receipt = open(purchase, make_receipt_id(now), now);
    const auto effect = sandbox::pay(receipt, purchase.separately_confirmed, x_rules, now);
    PAY_ASSERT(effect.has_value());
    const std::lock_guard lock(x_mutex);
    receipt.number = x_receipts.empty() ? 1 : x_receipts.back().number + 1;
    const Receipt& kept = keep(std::move(receipt));
    x_on_change(kept);
    return {kept, *effect};
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
        count(before, held);
        x_on_change(held);
    }
    if (!effect) return std::unexpected(effect.error());
    return Change{held, *effect};
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
        for (const Receipt& receipt : x_receipts | std::views::reverse | std::views::take(limit)) {
            list.push_back(as_of_now(receipt));
        }
        return list;
    }
    const auto found = x_by_order.find(order_id);
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
    x_totals = {};
    then();
}

Receipt* Book::find_held(std::string_view receipt_id) {
    const auto found = x_by_id.find(receipt_id);
    return found == x_by_id.end() ? nullptr : found->second;
}

Receipt Book::as_of_now(const Receipt& receipt) const {
    Receipt now = receipt;
    expire(now, x_rules, x_clock->now());
    return now;
}

Receipt& Book::keep(Receipt receipt) {
    Receipt& kept = x_receipts.emplace_back(std::move(receipt));
    x_by_id.emplace(kept.receipt_id, &kept);
    x_by_order[kept.order_id].push_back(&kept);
    count({}, kept);
    return kept;
}

void Book::count(const Receipt& before, const Receipt& after) {
    if (!before.purchased_at && after.purchased_at) {
        ++x_totals.paid_count;
        x_totals.paid_amount += after.price;
    }
    x_totals.canceled_amount += after.canceled_price - before.canceled_price;
}

}  // namespace pay::sandbox
