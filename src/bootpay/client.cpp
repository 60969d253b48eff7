#include "bootpay/client.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <vector>

#include "bootpay/wire.hpp"
#include "core/log/log.hpp"

namespace pay::bootpay {
namespace {

using gateway::Refusal;
using gateway::Trouble;
using http::Answer;
using http::NoAnswer;
using http::Outcome;

constexpr Duration token_margin = std::chrono::minutes{5};
constexpr int look_up_attempts = 3;

std::string basic(const Options& options) {
    const std::string pair = options.client_key + ':' + options.secret_key;
    std::vector<unsigned char> encoded(4 * ((pair.size() + 2) / 3) + 1);
    const int length = EVP_EncodeBlock(
        encoded.data(), reinterpret_cast<const unsigned char*>(pair.data()),
        static_cast<int>(pair.size())
    );
    return "Basic " + std::string(encoded.begin(), encoded.begin() + length);
}

Trouble trouble_of(NoAnswer reason) {
    switch (reason) {
        case NoAnswer::not_sent:
            return Trouble::not_sent;
        case NoAnswer::unknown:
            return Trouble::unknown;
        case NoAnswer::timed_out:
            break;
    }
    return Trouble::timed_out;
}

Refusal refusal_of(NoAnswer reason) {
    switch (reason) {
        case NoAnswer::not_sent:
            return Refusal::not_sent;
        case NoAnswer::unknown:
            return Refusal::unknown;
        case NoAnswer::timed_out:
            break;
    }
    return Refusal::timed_out;
}

/// What an answer that is no success says of an approve or a cancel. Only a refusal that is
/// Bootpay's own counts as one: whatever else is in the way may stand behind a gateway that did
/// act.
Refusal refusal_of(const Answer& answer) {
    const std::string code = read_error_code(answer.body);
    if (answer.status == 429) return Refusal::not_sent;
    if (answer.status >= 500 || answer.status < 400 || code.empty()) return Refusal::unknown;
    // The payment company behind Bootpay did not answer it in time: it may have acted.
    if (code.find("_CRITICAL_") != code.npos) return Refusal::unknown;
    if (code == "RC_CONFIRM_FAILED") return Refusal::declined;
    if (code == "RC_NOT_CONFIRM_READY" || code == "RC_ALREADY_CANCELLED") return Refusal::not_ready;
    if (answer.status == 401) return Refusal::not_sent;
    log::warn("the gateway refused", {{"error_code", code}, {"status", answer.status}});
    return Refusal::refused;
}

std::expected<gateway::Payment, Refusal> acted(
    const Outcome& outcome, const std::string& receipt_id
) {
    if (!outcome) return std::unexpected(refusal_of(outcome.error()));
    if (outcome->status == 200) {
        auto payment = read_payment(outcome->body);
        if (payment && payment->receipt_id == receipt_id) return std::move(*payment);
        return std::unexpected(Refusal::unknown);
    }
    return std::unexpected(refusal_of(*outcome));
}

http::Call post(std::string target, std::string body, Duration timeout) {
    http::Call call;
    call.method = http::Method::post;
    call.target = std::move(target);
    call.body = std::move(body);
    call.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
    call.timeout = timeout;
    return call;
}

http::Call get(std::string target, Duration timeout) {
    http::Call call;
    call.target = std::move(target);
    call.headers = {{"Accept", "application/json"}};
    call.timeout = timeout;
    call.attempts = look_up_attempts;
    return call;
}

}  // namespace

struct Client::State {
    using Authorized = std::move_only_function<void(std::expected<std::string, NoAnswer>)>;
    using Answered = std::move_only_function<void(Outcome)>;

    State(http::Io& io, Options given, std::shared_ptr<const Clock> its_clock)
        : options(std::move(given)),
          clock(std::move(its_clock)),
          client(io, {.base_url = options.base_url}) {
        if (!options.client_key.empty()) fixed = basic(options);
    }

    /// Calls with the present token; once more with a fresh one if the gateway does not take it.
    void send(http::Call call, Answered done, bool again = true) {
        authorize([this, call = std::move(call), done = std::move(done),
                   again](std::expected<std::string, NoAnswer> header) mutable {
            if (!header) return done(std::unexpected(header.error()));
            http::Call sent = call;
            sent.headers.emplace_back("Authorization", *header);
            client.send(
                std::move(sent),
                [this, call = std::move(call), done = std::move(done), again,
                 used = std::move(*header)](Outcome outcome) mutable {
                    const bool refused = outcome && outcome->status == 401 && fixed.empty();
                    if (!refused || !again) return done(std::move(outcome));
                    forget(used);
                    send(std::move(call), std::move(done), false);
                }
            );
        });
    }

    void authorize(Authorized use) {
        if (!fixed.empty()) return use(fixed);
        {
            std::unique_lock lock(mutex);
            if (!token.empty() && clock->now() < good_until) {
                const std::string header = token;
                lock.unlock();
                return use(header);
            }
            waiting.push_back(std::move(use));
            if (waiting.size() > 1) return;  // a token is on its way
        }
        client.send(
            post(
                "/request/token", token_request(options.application_id, options.private_key),
                options.look_up_timeout
            ),
            [this](Outcome outcome) { take_token(outcome); }
        );
    }

    void take_token(const Outcome& outcome) {
        std::expected<std::string, NoAnswer> header = std::unexpected(NoAnswer::not_sent);
        const auto got =
            outcome && outcome->status == 200 ? read_token(outcome->body) : std::nullopt;
        std::vector<Authorized> ready;
        {
            const std::lock_guard lock(mutex);
            if (got) {
                token = "Bearer " + got->text;
                good_until = clock->now() + std::max(got->life - token_margin, got->life / 2);
                header = token;
            }
            ready.swap(waiting);
        }
        if (!got) {
            const int status = outcome ? outcome->status : 0;
            log::error("the gateway gives no access token", {{"status", status}});
        }
        for (auto& use : ready) use(header);
    }

    void forget(const std::string& used) {
        const std::lock_guard lock(mutex);
        if (token == used) token.clear();
    }

    const Options options;
    const std::shared_ptr<const Clock> clock;
    std::string fixed;  // the Basic header, if that form is used
    std::mutex mutex;   // guards what follows
    std::string token;
    Time good_until{};
    std::vector<Authorized> waiting;
    http::Client client;  // goes first: it ends the calls under way, which use what stands above
};

Client::Client(http::Io& io, Options options, std::shared_ptr<const Clock> clock)
    : x_state(std::make_unique<State>(io, std::move(options), std::move(clock))) {}

Client::~Client() = default;

void Client::find(
    const std::string& receipt_id, std::move_only_function<void(gateway::Found)> done
) {
    x_state->send(
        get("/receipt/" + receipt_id + "?lookup_user_data=false", x_state->options.look_up_timeout),
        [receipt_id, done = std::move(done)](Outcome outcome) mutable {
            if (!outcome) return done(std::unexpected(trouble_of(outcome.error())));
            if (outcome->status == 404 && read_error_code(outcome->body) == "RC_NOT_FOUND") {
                return done(std::optional<gateway::Payment>{});
            }
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
    x_state->send(
        get("/lookup/order/" + order_id, x_state->options.look_up_timeout),
        [done = std::move(done)](Outcome outcome) mutable {
            if (!outcome) return done(std::unexpected(trouble_of(outcome.error())));
            if (outcome->status == 404 && read_error_code(outcome->body) == "RC_NOT_FOUND") {
                return done(std::vector<gateway::Payment>{});
            }
            auto payments = outcome->status == 200 ? read_payments(outcome->body) : std::nullopt;
            if (!payments) return done(std::unexpected(Trouble::unknown));
            done(std::move(*payments));
        }
    );
}

void Client::approve(
    const std::string& receipt_id, std::move_only_function<void(gateway::Approved)> done
) {
    x_state->send(
        post("/confirm", approve_request(receipt_id), x_state->options.action_timeout),
        [receipt_id, done = std::move(done)](Outcome outcome) mutable {
            done(acted(outcome, receipt_id));
        }
    );
}

void Client::cancel(
    const gateway::Cancel& cancel, std::move_only_function<void(gateway::Canceled)> done
) {
    x_state->send(
        post("/cancel", cancel_request(cancel), x_state->options.action_timeout),
        [receipt_id = cancel.receipt_id, done = std::move(done)](Outcome outcome) mutable {
            done(acted(outcome, receipt_id));
        }
    );
}

}  // namespace pay::bootpay
