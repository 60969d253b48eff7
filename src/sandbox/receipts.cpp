#include "sandbox/receipts.hpp"

#include <algorithm>

namespace pay::sandbox {
namespace {

Effect charge(Receipt& receipt, Time now) {
    receipt.status = Status::paid;
    receipt.purchased_at = now;
    return Effect::charged;
}

bool already_used(const Receipt& receipt, const std::string& cancel_id) {
    return !cancel_id.empty() &&
           std::ranges::find(receipt.cancel_ids, cancel_id) != receipt.cancel_ids.end();
}

/// Whether two times are of one calendar month in Korea, where telephone bills are made.
bool in_one_month(Time one, Time other) {
    const auto month = [](Time time) {
        const std::chrono::year_month_day day{
            std::chrono::floor<std::chrono::days>(time + std::chrono::hours{9})
        };
        return day.year() / day.month();
    };
    return month(one) == month(other);
}

/// What the way it was paid allows of a cancel, apart from the amounts.
bool method_allows(const Receipt& receipt, const CancelRequest& request, Won taken, Time now) {
    const bool whole = taken == receipt.price;
    switch (receipt.method) {
        case PayMethod::virtual_account:  // no card to go back to: it needs the account to go to
            return request.refund_account;
        case PayMethod::phone:
            return whole && in_one_month(*receipt.purchased_at, now);
        case PayMethod::naver_point:
            return whole;
        case PayMethod::card:
        case PayMethod::bank:
        case PayMethod::stored_card:
        case PayMethod::stored_account:
            return true;
    }
    return false;
}

/// How much of the price and of its tax-free part a request takes back.
struct Amounts {
    Won price;
    Won tax_free;
};

std::expected<Amounts, Refusal> amounts(const Receipt& receipt, const CancelRequest& request) {
    const Won left = receipt.price - receipt.canceled_price;
    const Won tax_free_left = receipt.tax_free - receipt.canceled_tax_free;
    const Won price = request.price.value_or(left);
    const Won tax_free = request.tax_free.value_or(price == left ? tax_free_left : Won{0});
    // Neither the taxed nor the tax-free part may be overdrawn, or the rest could never be
    // returned.
    const bool fits = price > Won{0} && tax_free >= Won{0} && tax_free <= price &&
                      tax_free <= tax_free_left && price - tax_free <= left - tax_free_left;
    if (!fits) return std::unexpected(Refusal::rc_cancel_server_error);
    return Amounts{price, tax_free};
}

}  // namespace

Receipt open(const Purchase& purchase, std::string receipt_id, Time now) {
    Receipt receipt;
    receipt.receipt_id = std::move(receipt_id);
    receipt.order_id = purchase.order_id;
    receipt.order_name = purchase.order_name;
    receipt.user_id = purchase.user_id;
    receipt.price = purchase.price;
    receipt.tax_free = purchase.tax_free;
    receipt.method = purchase.method;
    receipt.requested_at = now;
    return receipt;
}

std::expected<Effect, Refusal> pay(
    Receipt& receipt, bool separately_confirmed, const Rules& rules, Time now
) {
    if (receipt.status != Status::opened) return std::unexpected(Refusal::rc_not_confirm_ready);
    if (receipt.method == PayMethod::virtual_account) {
        receipt.status = Status::account_issued;
        receipt.deposit_until = now + rules.deposit_timeout;
        return Effect::account_issued;
    }
    if (separately_confirmed) {
        receipt.status = Status::approvable;
        return Effect::none;
    }
    return charge(receipt, now);
}

std::expected<Effect, Refusal> deposit(Receipt& receipt, const Rules& rules, Time now) {
    expire(receipt, rules, now);
    if (receipt.status != Status::account_issued)
        return std::unexpected(Refusal::rc_not_confirm_ready);
    return charge(receipt, now);
}

std::expected<Effect, Refusal> confirm(Receipt& receipt, const Rules& rules, Time now) {
    const bool repeated = receipt.status == Status::paid && receipt.confirmed_at &&
                          now - *receipt.confirmed_at <= rules.confirm_grace;
    if (repeated) return Effect::none;
    expire(receipt, rules, now);
    if (receipt.status != Status::approvable) return std::unexpected(Refusal::rc_not_confirm_ready);
    receipt.confirmed_at = now;
    return charge(receipt, now);
}

std::expected<Effect, Refusal> decline(Receipt& receipt, const Rules& rules, Time now) {
    expire(receipt, rules, now);
    if (receipt.status != Status::approvable) return std::unexpected(Refusal::rc_not_confirm_ready);
    receipt.status = Status::declined;
    return Effect::none;
}

std::expected<Effect, Refusal> cancel(
    Receipt& receipt, const CancelRequest& request, const Rules& rules, Time now
) {
    if (already_used(receipt, request.cancel_id)) {
        if (rules.refuse_repeated_cancel_id) return std::unexpected(Refusal::rc_already_cancelled);
        return Effect::none;
    }
    if (!receipt.purchased_at) return std::unexpected(Refusal::rc_cancel_server_error);
    if (receipt.canceled_price >= receipt.price)
        return std::unexpected(Refusal::rc_already_cancelled);
    const auto taken = amounts(receipt, request);
    if (!taken) return std::unexpected(taken.error());
    if (!method_allows(receipt, request, taken->price, now)) {
        return std::unexpected(Refusal::rc_cancel_server_error);
    }
    receipt.canceled_price += taken->price;
    receipt.canceled_tax_free += taken->tax_free;
    receipt.canceled_at = now;
    if (!request.cancel_id.empty()) receipt.cancel_ids.push_back(request.cancel_id);
    const bool all = receipt.canceled_price == receipt.price;
    if (all || !rules.partial_cancel_keeps_paid) receipt.status = Status::canceled;
    return all ? Effect::canceled : Effect::partially_canceled;
}

std::expected<Effect, Refusal> charge_stored(Receipt& receipt, Time now) {
    if (receipt.status != Status::opened) return std::unexpected(Refusal::rc_not_confirm_ready);
    return charge(receipt, now);
}

std::expected<Effect, Refusal> decline_stored(Receipt& receipt) {
    if (receipt.status != Status::opened) return std::unexpected(Refusal::rc_not_confirm_ready);
    receipt.status = Status::declined;
    return Effect::none;
}

bool alter(Receipt& receipt, const Alteration& alteration, Time now) {
    const Won price = alteration.price.value_or(receipt.price);
    const bool all = alteration.status == Status::canceled && !alteration.canceled_price;
    const Won canceled = all ? price : alteration.canceled_price.value_or(receipt.canceled_price);
    if (canceled < Won{0} || canceled > price) return false;
    if (canceled != receipt.canceled_price) receipt.canceled_at = now;
    receipt.price = price;
    receipt.tax_free = std::min(receipt.tax_free, price);
    receipt.canceled_price = canceled;
    if (alteration.order_id) receipt.order_id = *alteration.order_id;
    if (alteration.user_id) receipt.user_id = *alteration.user_id;
    const bool returned = canceled > Won{0} && canceled == price;
    receipt.status = alteration.status.value_or(returned ? Status::canceled : receipt.status);
    const bool charged = receipt.status == Status::paid || receipt.status == Status::canceled;
    if (charged && !receipt.purchased_at) receipt.purchased_at = now;
    return true;
}

bool expire_at_once(Receipt& receipt) {
    const bool waits =
        receipt.status == Status::approvable || receipt.status == Status::account_issued;
    if (waits) receipt.status = Status::expired;
    return waits;
}

bool expire(Receipt& receipt, const Rules& rules, Time now) {
    const bool late = (receipt.status == Status::approvable &&
                       now - receipt.requested_at > rules.approval_timeout) ||
                      (receipt.status == Status::account_issued && now > *receipt.deposit_until);
    if (late) receipt.status = Status::expired;
    return late;
}

}  // namespace pay::sandbox
