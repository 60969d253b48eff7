#include "bootpay/client_state.hpp"

#include <openssl/evp.h>

#include <algorithm>

#include "bootpay/wire.hpp"
#include "core/log/log.hpp"

namespace pay::bootpay {

using http::NoAnswer;
using http::Outcome;

namespace {

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

http::Call call_of(http::Method method, std::string target, std::string body, Duration timeout) {
    http::Call call;
    call.method = method;
    call.target = std::move(target);
    call.headers = {{"Accept", "application/json"}};
    if (!body.empty()) call.headers.emplace_back("Content-Type", "application/json");
    call.body = std::move(body);
    call.timeout = timeout;
    return call;
}

}  // namespace

Client::State::State(http::Io& on, Options given, std::shared_ptr<const Clock> its_clock)
    : options(std::move(given)),
      io(on),
      x_clock(std::move(its_clock)),
      x_client(on, {.base_url = options.base_url}) {
    if (!options.client_key.empty()) x_fixed = basic(options);
}

void Client::State::act(http::Method method, std::string target, std::string body, Answered done) {
    send(
        call_of(method, std::move(target), std::move(body), options.action_timeout),
        std::move(done), true
    );
}

void Client::State::look_up(std::string target, Answered done) {
    http::Call call = call_of(http::Method::get, std::move(target), "", options.look_up_timeout);
    call.attempts = look_up_attempts;
    send(std::move(call), std::move(done), true);
}

/// Calls with the present token; once more with a fresh one if the gateway does not take it.
void Client::State::send(http::Call call, Answered done, bool again) {
    authorize([this, call = std::move(call), done = std::move(done),
               again](std::expected<std::string, NoAnswer> header) mutable {
        if (!header) return done(std::unexpected(header.error()));
        http::Call sent = call;
        sent.headers.emplace_back("Authorization", *header);
        x_client.send(
            std::move(sent),
            [this, call = std::move(call), done = std::move(done), again,
             used = std::move(*header)](Outcome outcome) mutable {
                const bool refused = outcome && outcome->status == 401 && x_fixed.empty();
                if (!refused || !again) return done(std::move(outcome));
                forget(used);
                send(std::move(call), std::move(done), false);
            }
        );
    });
}

void Client::State::authorize(Authorized use) {
    if (!x_fixed.empty()) return use(x_fixed);
    {
        std::unique_lock lock(x_mutex);
        if (!x_token.empty() && x_clock->now() < x_good_until) {
            const std::string header = x_token;
            lock.unlock();
            return use(header);
        }
        x_waiting.push_back(std::move(use));
        if (x_waiting.size() > 1) return;  // a token is on its way
    }
    x_client.send(
        call_of(
            http::Method::post, "/request/token",
            token_request(options.application_id, options.private_key), options.look_up_timeout
        ),
        [this](Outcome outcome) { take_token(outcome); }
    );
}

void Client::State::take_token(const Outcome& outcome) {
    std::expected<std::string, NoAnswer> header = std::unexpected(NoAnswer::not_sent);
    const auto got = outcome && outcome->status == 200 ? read_token(outcome->body) : std::nullopt;
    std::vector<Authorized> ready;
    {
        const std::lock_guard lock(x_mutex);
        if (got) {
            x_token = "Bearer " + got->text;
            x_good_until = x_clock->now() + std::max(got->life - token_margin, got->life / 2);
            header = x_token;
        }
        ready.swap(x_waiting);
    }
    if (!got) {
        const int status = outcome ? outcome->status : 0;
        log::error("the gateway gives no access token", {{"status", status}});
    }
    for (auto& use : ready) use(header);
}

void Client::State::forget(const std::string& used) {
    const std::lock_guard lock(x_mutex);
    if (x_token == used) x_token.clear();
}

}  // namespace pay::bootpay
