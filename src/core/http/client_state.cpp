#include "core/http/client_state.hpp"

#include <algorithm>

#include "core/http/request_text.hpp"
#include "core/http/tls.hpp"

namespace pay::http {
namespace {

constexpr Duration retry_pause_max{2'000};

}  // namespace

Client::State::State(Io::Context& context, ClientOptions chosen)
    : io(context),
      loop(context.next()),
      x_options(std::move(chosen)),
      x_base(parse_base_url(x_options.base_url)),
      x_breaker(x_options.breaker_failures, x_options.breaker_pause) {
    if (x_base.tls) x_tls.emplace(make_client_tls());
}

void Client::State::begin(Call call, std::move_only_function<void(Outcome)> done) {
    const auto pending = std::make_shared<Pending>(loop, std::move(call), std::move(done));
    x_calls.insert(pending);
    if (x_ended || !well_formed(pending->call)) {
        return finish(pending, std::unexpected(NoAnswer::not_sent));
    }
    attempt(pending);
}

void Client::State::attempt(const PendingPtr& pending) {
    ++pending->attempts;
    pending->fresh = false;
    if (!x_breaker.admit(SteadyClock::now())) {
        return finish(pending, std::unexpected(NoAnswer::not_sent));
    }
    after(pending, pending->call.timeout, &State::on_deadline);
    acquire(pending);
}

void Client::State::acquire(const PendingPtr& pending) {
    while (!x_idle.empty()) {
        const auto connection = std::move(x_idle.back());
        x_idle.pop_back();
        if (pending->fresh || !connection->alive()) {
            drop(connection);
            if (pending->fresh) break;
            continue;
        }
        pending->connection = connection;
        return exchange(pending);
    }
    if (x_connections < x_options.connection_limit) return open(pending);
    if (x_waiting.size() < x_options.queue_limit) return x_waiting.push_back(pending);
    x_breaker.abandoned();
    fail(pending, NoAnswer::not_sent);
}

void Client::State::open(const PendingPtr& pending) {
    ++x_connections;
    const Connection::Target target{
        .base = x_base, .tls = x_tls ? &*x_tls : nullptr, .answer_limit = x_options.answer_limit
    };
    pending->connection = std::make_shared<Connection>(loop, target);
    pending->connection->connect(
        x_options.connect_timeout,
        [state = shared_from_this(), pending](bool good) {
            if (good) return state->exchange(pending);
            state->drop(std::exchange(pending->connection, nullptr));
            state->x_breaker.failed(SteadyClock::now());
            state->fail(pending, NoAnswer::not_sent);
        }
    );
}

void Client::State::exchange(const PendingPtr& pending) {
    pending->exchanging = true;
    pending->connection->exchange(
        request_text(x_base, pending->call), pending->call.method == Method::head,
        [state = shared_from_this(), pending](Connection::Ended how) {
            state->on_ended(pending, std::move(how));
        }
    );
}

void Client::State::on_ended(const PendingPtr& pending, Connection::Ended how) {
    const auto connection = std::exchange(pending->connection, nullptr);
    pending->exchanging = false;
    const bool was_kept = connection->used();
    how.reusable ? release(connection) : drop(connection);
    if (how.answer) return on_answer(pending, std::move(*how.answer));
    const bool harmless = !how.sent || pending->call.method == Method::get;
    if (was_kept && !how.answered && harmless && !pending->fresh) {
        pending->fresh = true;
        return acquire(pending);
    }
    x_breaker.failed(SteadyClock::now());
    fail(pending, how.sent ? NoAnswer::unknown : NoAnswer::not_sent);
}

void Client::State::on_answer(const PendingPtr& pending, Answer answer) {
    answer.status >= 500 ? x_breaker.failed(SteadyClock::now()) : x_breaker.succeeded();
    if (answer.status >= 500 || answer.status == 429) {
        pending->perhaps_sent = true;
        if (try_again(pending)) return;
    }
    finish(pending, std::move(answer));
}

void Client::State::on_deadline(const PendingPtr& pending) {
    if (!pending->connection) {
        std::erase(x_waiting, pending);
        x_breaker.abandoned();
        return fail(pending, NoAnswer::not_sent);
    }
    const bool sent = std::exchange(pending->exchanging, false);
    drop(std::exchange(pending->connection, nullptr));
    x_breaker.failed(SteadyClock::now());
    fail(pending, sent ? NoAnswer::timed_out : NoAnswer::not_sent);
}

void Client::State::fail(const PendingPtr& pending, NoAnswer why) {
    pending->perhaps_sent = pending->perhaps_sent || why != NoAnswer::not_sent;
    if (try_again(pending)) return;
    const bool hides = why == NoAnswer::not_sent && pending->perhaps_sent;
    finish(pending, std::unexpected(hides ? NoAnswer::unknown : why));
}

/// Pauses between half of and the whole of 100 ms, 200 ms, 400 ms and so on.
bool Client::State::try_again(const PendingPtr& pending) {
    if (x_ended || pending->attempts >= pending->call.attempts) return false;
    Duration pause = x_options.retry_pause;
    for (int i = 1; i < pending->attempts && pause < retry_pause_max; ++i) pause *= 2;
    pause = std::min(pause, retry_pause_max);
    std::uniform_int_distribution<Duration::rep> jitter(pause.count() / 2, pause.count());
    after(pending, Duration{jitter(x_random)}, &State::attempt);
    return true;
}

void Client::State::finish(const PendingPtr& pending, Outcome outcome) {
    ++pending->timer_turn;
    pending->timer.cancel();
    if (!outcome && pending->perhaps_sent && outcome.error() == NoAnswer::not_sent) {
        outcome = std::unexpected(NoAnswer::unknown);
    }
    x_calls.erase(pending);
    std::exchange(pending->done, nullptr)(std::move(outcome));
}

void Client::State::after(
    const PendingPtr& pending, Duration delay, void (State::*next)(const PendingPtr&)
) {
    pending->timer.expires_after(delay);
    pending->timer.async_wait([state = shared_from_this(), pending, next,
                               turn = ++pending->timer_turn](error_code canceled) {
        // A timer set anew may have gone off already; its turn tells.
        if (!canceled && turn == pending->timer_turn) ((*state).*next)(pending);
    });
}

void Client::State::release(std::shared_ptr<Connection> connection) {
    if (x_ended) return drop(connection);
    connection->rest([state = weak_from_this(), lost = std::weak_ptr(connection)] {
        const auto self = state.lock();
        if (!self || std::erase(self->x_idle, lost.lock()) == 0) return;
        --self->x_connections;
        self->serve_waiting();
    });
    x_idle.push_back(std::move(connection));
    serve_waiting();
}

void Client::State::drop(const std::shared_ptr<Connection>& connection) {
    connection->close();
    --x_connections;
    serve_waiting();
}

void Client::State::serve_waiting() {
    if (x_ended || x_waiting.empty()) return;
    if (x_idle.empty() && x_connections >= x_options.connection_limit) return;
    const auto next = std::move(x_waiting.front());
    x_waiting.pop_front();
    acquire(next);
}

void Client::State::end_all() {
    x_ended = true;
    x_waiting.clear();
    for (const auto& connection : std::exchange(x_idle, {})) connection->close();
    for (const auto& pending : std::vector(x_calls.begin(), x_calls.end())) {
        pending->perhaps_sent = pending->perhaps_sent || pending->exchanging;
        if (auto connection = std::exchange(pending->connection, nullptr)) connection->close();
        finish(pending, std::unexpected(NoAnswer::not_sent));
    }
}

}  // namespace pay::http
