#include "bootpay/client.hpp"

#include "bootpay/client_state.hpp"
#include "bootpay/outcome.hpp"
#include "bootpay/wire.hpp"

namespace pay::bootpay {
namespace {

using gateway::Refusal;
using gateway::Trouble;
using http::Outcome;

std::expected<gateway::Payment, Refusal> acted(
    const Outcome& outcome, const std::string& receipt_id
) {
    if (!outcome || outcome->status != 200) return std::unexpected(refusal_of(outcome));
    auto payment = read_payment(outcome->body);
    if (!payment || payment->receipt_id != receipt_id) return std::unexpected(Refusal::unknown);
    return std::move(*payment);
}

}  // namespace

Client::Client(http::Io& io, Options options, std::shared_ptr<const Clock> clock)
    : x_state(std::make_unique<State>(io, std::move(options), std::move(clock))) {}

Client::~Client() = default;

void Client::stop() {
    x_state->stop();
}

void Client::find(
    const std::string& receipt_id, std::move_only_function<void(gateway::Found)> done
) {
    x_state->look_up(
        "/receipt/" + receipt_id + "?lookup_user_data=false",
        [receipt_id, done = std::move(done)](Outcome outcome) mutable {
            if (!outcome) return done(std::unexpected(trouble_of(outcome.error())));
            if (says_not_found(*outcome)) return done(std::optional<gateway::Payment>{});
            auto payment = outcome->status == 200 ? read_payment(outcome->body) : std::nullopt;
            if (!payment || payment->receipt_id != receipt_id)
                return done(std::unexpected(Trouble::unknown));
            done(std::move(payment));
        }
    );
}

void Client::find_by_order(
    const std::string& order_id, std::move_only_function<void(gateway::FoundAll)> done
) {
    x_state->look_up(
        "/lookup/order/" + order_id,
        [done = std::move(done)](Outcome outcome) mutable {
            if (!outcome) return done(std::unexpected(trouble_of(outcome.error())));
            if (says_not_found(*outcome)) return done(std::vector<gateway::Payment>{});
            auto payments = outcome->status == 200 ? read_payments(outcome->body) : std::nullopt;
            if (!payments) return done(std::unexpected(Trouble::unknown));
            done(std::move(*payments));
        }
    );
}

void Client::approve(
    const std::string& receipt_id, std::move_only_function<void(gateway::Approved)> done
) {
    x_state->act(
        http::Method::post, "/confirm", approve_request(receipt_id),
        [receipt_id, done = std::move(done)](Outcome outcome) mutable {
            done(acted(outcome, receipt_id));
        }
    );
}

void Client::cancel(
    const gateway::Cancel& cancel, std::move_only_function<void(gateway::Canceled)> done
) {
    x_state->act(
        http::Method::post, "/cancel", cancel_request(cancel),
        [receipt_id = cancel.receipt_id, done = std::move(done)](Outcome outcome) mutable {
            done(acted(outcome, receipt_id));
        }
    );
}

}  // namespace pay::bootpay
