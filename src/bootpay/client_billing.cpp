#include "bootpay/client.hpp"
#include "bootpay/client_state.hpp"
#include "bootpay/outcome.hpp"
#include "bootpay/wire.hpp"
#include "bootpay/wire_billing.hpp"

namespace pay::bootpay {
namespace {

using gateway::Refusal;
using gateway::Trouble;
using http::Answer;
using http::Method;
using http::Outcome;

/// Bootpay's own word that the receipt issued no key, or none yet.
bool says_no_key(const Answer& answer) {
    if (says_not_found(answer)) return true;
    const std::string code = read_error_code(answer.body);
    return answer.status >= 400 && answer.status < 500 &&
           (code == "RC_NOT_SUBSCRIBE" || code == "SUBSCRIBE_PUBLISH_NOT_READY");
}

gateway::FoundKey key_in(const Outcome& outcome, const std::string& receipt_id) {
    if (!outcome) return std::unexpected(trouble_of(outcome.error()));
    if (says_no_key(*outcome)) return std::optional<gateway::BillingKey>{};
    auto issue = outcome->status == 200 ? read_issue(outcome->body) : std::nullopt;
    if (!issue || issue->key.receipt_id != receipt_id) return std::unexpected(Trouble::unknown);
    if (!issue->alive) return std::optional<gateway::BillingKey>{};
    return std::move(issue->key);
}

gateway::FoundReservation reservation_in(const Outcome& outcome, const std::string& reserve_id) {
    if (!outcome) return std::unexpected(trouble_of(outcome.error()));
    if (says_not_found(*outcome)) return std::optional<gateway::Reservation>{};
    auto found = outcome->status == 200 ? read_reservation(outcome->body) : std::nullopt;
    if (!found || found->reserve_id != reserve_id) return std::unexpected(Trouble::unknown);
    return found;
}

gateway::Approved charge_in(const Outcome& outcome, const gateway::Charge& charge) {
    if (!outcome || outcome->status != 200) return std::unexpected(refusal_of(outcome));
    auto payment = read_payment(outcome->body);
    if (!payment || payment->order_id != charge.order_id) {
        return std::unexpected(Refusal::unknown);
    }
    return std::move(*payment);
}

gateway::Reserved reserved_in(const Outcome& outcome, const std::string& order_id) {
    if (!outcome || outcome->status != 200) return std::unexpected(refusal_of(outcome));
    auto reservation = read_reservation(outcome->body);
    if (!reservation) return std::unexpected(Refusal::unknown);
    reservation->order_id = order_id;
    return std::move(*reservation);
}

/// Of what is to be gone, "it is cancelled already" is a refusal like any other: it is gone.
Refusal revoke_refusal(const Outcome& outcome) {
    const Refusal refusal = refusal_of(outcome);
    return refusal == Refusal::not_ready ? Refusal::refused : refusal;
}

}  // namespace

void Client::find_key(
    const std::string& receipt_id, std::move_only_function<void(gateway::FoundKey)> done
) {
    if (!is_plain_id(receipt_id)) {  // names nothing at Bootpay, and could name anything in a path
        auto nothing = [done = std::move(done)]() mutable {
            done(std::optional<gateway::BillingKey>{});
        };
        return x_state->io.post(std::move(nothing));
    }
    x_state->look_up(
        "/subscribe/billing_key/" + receipt_id, [receipt_id, done = std::move(done)](Outcome outcome
                                                ) mutable { done(key_in(outcome, receipt_id)); }
    );
}

void Client::charge(
    const gateway::Charge& charge, std::move_only_function<void(gateway::Approved)> done
) {
    x_state->act(
        Method::post, "/subscribe/payment", charge_request(charge),
        [charge, done = std::move(done)](Outcome outcome) mutable {
            done(charge_in(outcome, charge));
        }
    );
}

void Client::reserve(
    const gateway::Charge& charge, Time at, std::move_only_function<void(gateway::Reserved)> done
) {
    x_state->act(
        Method::post, "/subscribe/payment/reserve", reserve_request(charge, at),
        [order_id = charge.order_id, done = std::move(done)](Outcome outcome) mutable {
            done(reserved_in(outcome, order_id));
        }
    );
}

void Client::find_reservation(
    const std::string& reserve_id, std::move_only_function<void(gateway::FoundReservation)> done
) {
    if (!is_plain_id(reserve_id)) {  // names nothing at Bootpay, and could name anything in a path
        auto nothing = [done = std::move(done)]() mutable {
            done(std::optional<gateway::Reservation>{});
        };
        return x_state->io.post(std::move(nothing));
    }
    x_state->look_up(
        "/subscribe/payment/reserve/" + reserve_id,
        [reserve_id, done = std::move(done)](Outcome outcome) mutable {
            done(reservation_in(outcome, reserve_id));
        }
    );
}

void Client::revoke_reservation(
    const std::string& reserve_id, std::move_only_function<void(gateway::Revoked)> done
) {
    x_state->revoke("/subscribe/payment/reserve/", "reserve_id", reserve_id, std::move(done));
}

void Client::revoke_key(
    const std::string& billing_key, std::move_only_function<void(gateway::Revoked)> done
) {
    x_state->revoke("/subscribe/billing_key/", "billing_key", billing_key, std::move(done));
}

void Client::State::revoke(
    std::string_view path, std::string_view field, const std::string& id,
    std::move_only_function<void(gateway::Revoked)> done
) {
    if (!is_plain_id(id)) {
        auto refuse = [done = std::move(done)]() mutable {
            done(std::unexpected(Refusal::refused));
        };
        return io.post(std::move(refuse));
    }
    act(Method::del, std::string(path) + id, "",
        [field, id, done = std::move(done)](Outcome outcome) mutable {
            if (!outcome || outcome->status != 200) {
                return done(std::unexpected(revoke_refusal(outcome)));
            }
            if (!says_gone(outcome->body, field, id)) {
                return done(std::unexpected(Refusal::unknown));
            }
            done({});
        });
}

}  // namespace pay::bootpay
