#include "sandbox/billing_keys.hpp"

#include <algorithm>
#include <ranges>

#include "sandbox/ids.hpp"

namespace pay::sandbox {

BillingKeys::BillingKeys(std::shared_ptr<const Clock> clock, OnChange on_change)
    : x_clock(std::move(clock)), x_on_change(std::move(on_change)) {}

BillingKey BillingKeys::issue(const Subscription& subscription, std::string first_receipt_id) {
    const Time now = x_clock->now();
    BillingKey key;
    key.receipt_id = make_id(now);
    key.billing_key = make_id(now);
    key.subscription = subscription;
    key.requested_at = now;
    key.first_receipt_id = std::move(first_receipt_id);
    if (subscription.method == KeyMethod::account) {
        key.status = KeyStatus::awaiting_consent;
    } else {
        key.published_at = now;
    }
    const std::lock_guard lock(x_mutex);
    key.number = x_last_number + 1;
    keep(key);
    x_on_change.key(key);
    return key;
}

BillingKeys::Outcome<BillingKey> BillingKeys::publish(
    const std::string& receipt_id, const std::function<bool()>& withheld
) {
    const Time now = x_clock->now();
    const std::lock_guard lock(x_mutex);
    const auto found = x_by_receipt.find(receipt_id);
    if (found == x_by_receipt.end()) return std::unexpected(Refusal::rc_not_found);
    BillingKey& key = *found->second;
    if (key.status == KeyStatus::destroyed) return std::unexpected(Refusal::subscribe_bk_expired);
    if (key.status == KeyStatus::awaiting_consent) {
        if (withheld()) return std::unexpected(Refusal::subscribe_request_failed);
        key.status = KeyStatus::issued;
        key.published_at = now;
        x_on_change.key(key);
    }
    return key;
}

std::optional<BillingKey> BillingKeys::find_by_receipt(const std::string& receipt_id) const {
    const std::lock_guard lock(x_mutex);
    const auto found = x_by_receipt.find(receipt_id);
    if (found == x_by_receipt.end()) return std::nullopt;
    return *found->second;
}

std::optional<BillingKey> BillingKeys::find(const std::string& billing_key) const {
    const std::lock_guard lock(x_mutex);
    const BillingKey* held = find_held(billing_key);
    if (held == nullptr) return std::nullopt;
    return *held;
}

BillingKeys::Outcome<BillingKey> BillingKeys::find_alive(const std::string& billing_key) const {
    const std::lock_guard lock(x_mutex);
    const auto found = find_issued(billing_key);
    if (!found) return std::unexpected(found.error());
    return **found;
}

BillingKeys::Outcome<BillingKey> BillingKeys::destroy(const std::string& billing_key) {
    const std::lock_guard lock(x_mutex);
    const auto found = find_issued(billing_key);
    if (!found) return std::unexpected(found.error());
    (*found)->status = KeyStatus::destroyed;
    x_on_change.key(**found);
    return **found;
}

BillingKeys::Outcome<Reservation> BillingKeys::reserve(const KeyCharge& charge, Time at) {
    const Time now = x_clock->now();
    const std::lock_guard lock(x_mutex);
    const auto key = find_issued(charge.billing_key);
    if (!key) return std::unexpected(key.error());
    const auto waits_on_key = [&](const auto& waiting) {
        return x_reservations.at(waiting.second).billing_key == charge.billing_key;
    };
    const auto waiting = std::ranges::count_if(x_waiting, waits_on_key);
    if (static_cast<std::size_t>(waiting) >= most_waiting) {
        return std::unexpected(Refusal::api_param_invalid);
    }
    Reservation reservation;
    reservation.number = ++x_last_number;
    reservation.reserve_id = make_id(now);
    reservation.billing_key = charge.billing_key;
    reservation.order_id = charge.purchase.order_id;
    reservation.order_name = charge.purchase.order_name;
    reservation.user_id = charge.purchase.user_id;
    reservation.price = charge.purchase.price;
    reservation.tax_free = charge.purchase.tax_free;
    reservation.requested_at = now;
    reservation.execute_at = at;
    x_waiting.emplace(at, reservation.reserve_id);
    x_reservations.emplace(reservation.reserve_id, reservation);
    x_on_change.reservation(reservation);
    return reservation;
}

std::optional<Reservation> BillingKeys::find_reservation(const std::string& reserve_id) const {
    const std::lock_guard lock(x_mutex);
    const auto found = x_reservations.find(reserve_id);
    if (found == x_reservations.end()) return std::nullopt;
    return found->second;
}

BillingKeys::Outcome<Reservation> BillingKeys::revoke(const std::string& reserve_id) {
    const Time now = x_clock->now();
    const std::lock_guard lock(x_mutex);
    const auto found = x_reservations.find(reserve_id);
    if (found == x_reservations.end()) return std::unexpected(Refusal::rc_not_found);
    Reservation& reservation = found->second;
    if (const auto key = find_issued(reservation.billing_key); !key) {
        return std::unexpected(key.error());
    }
    if (reservation.status == ReservationStatus::revoked) {
        return std::unexpected(Refusal::rc_already_cancelled);
    }
    if (reservation.status != ReservationStatus::waiting) {
        return std::unexpected(Refusal::rc_cancel_server_error);
    }
    reservation.status = ReservationStatus::revoked;
    reservation.revoked_at = now;
    std::erase_if(x_waiting, [&](const auto& waiting) { return waiting.second == reserve_id; });
    x_on_change.reservation(reservation);
    return reservation;
}

std::vector<Reservation> BillingKeys::start_due() {
    const Time now = x_clock->now();
    std::vector<Reservation> due;
    const std::lock_guard lock(x_mutex);
    const auto end = x_waiting.upper_bound(now);
    for (auto waiting = x_waiting.begin(); waiting != end; ++waiting) {
        Reservation& reservation = x_reservations.at(waiting->second);
        reservation.status = ReservationStatus::running;
        reservation.started_at = now;
        x_on_change.reservation(reservation);
        due.push_back(reservation);
    }
    x_waiting.erase(x_waiting.begin(), end);
    return due;
}

void BillingKeys::finish(const std::string& reserve_id, const std::string& receipt_id) {
    const Time now = x_clock->now();
    const std::lock_guard lock(x_mutex);
    const auto found = x_reservations.find(reserve_id);
    if (found == x_reservations.end()) return;  // a reset came between
    Reservation& reservation = found->second;
    reservation.status = receipt_id.empty() ? ReservationStatus::failed : ReservationStatus::done;
    reservation.receipt_id = receipt_id;
    reservation.finished_at = now;
    x_on_change.reservation(reservation);
}

void BillingKeys::restore(BillingKey key) {
    const std::lock_guard lock(x_mutex);
    keep(std::move(key));
}

void BillingKeys::restore(Reservation reservation) {
    const std::lock_guard lock(x_mutex);
    x_last_number = std::max(x_last_number, reservation.number);
    if (reservation.status == ReservationStatus::running) {
        reservation.status = ReservationStatus::failed;
        reservation.finished_at = reservation.started_at;
    }
    if (reservation.status == ReservationStatus::waiting) {
        x_waiting.emplace(reservation.execute_at, reservation.reserve_id);
    }
    x_reservations.insert_or_assign(reservation.reserve_id, std::move(reservation));
}

void BillingKeys::clear() {
    const std::lock_guard lock(x_mutex);
    x_by_key.clear();
    x_by_receipt.clear();
    x_waiting.clear();
    x_reservations.clear();
    x_last_number = 0;
}

BillingKey* BillingKeys::find_held(const std::string& billing_key) const {
    const auto found = x_by_key.find(billing_key);
    const bool told =
        found != x_by_key.end() && found->second->status != KeyStatus::awaiting_consent;
    return told ? found->second : nullptr;
}

BillingKeys::Outcome<BillingKey*> BillingKeys::find_issued(const std::string& billing_key) const {
    BillingKey* held = find_held(billing_key);
    if (held == nullptr) return std::unexpected(Refusal::rc_not_found);
    if (held->status != KeyStatus::issued) return std::unexpected(Refusal::subscribe_bk_expired);
    return held;
}

void BillingKeys::keep(BillingKey key) {
    x_last_number = std::max(x_last_number, key.number);
    auto held = std::make_unique<BillingKey>(std::move(key));
    x_by_key[held->billing_key] = held.get();
    x_by_receipt[held->receipt_id] = std::move(held);
}

}  // namespace pay::sandbox
