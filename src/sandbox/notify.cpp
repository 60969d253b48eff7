#include "sandbox/notify.hpp"

#include <algorithm>
#include <limits>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>

#include "core/http/client.hpp"
#include "core/log/log.hpp"
#include "sandbox/later.hpp"
#include "sandbox/wire.hpp"

namespace pay::sandbox {
namespace {

struct Url {
    std::string base;    // scheme, host and port
    std::string target;  // path and query
};

Url split(const std::string& url) {
    const auto scheme = url.find("://");
    if (scheme == std::string::npos)
        throw std::runtime_error("the webhook URL must begin with http://");
    const auto path = url.find_first_of("/?", scheme + 3);
    if (path == std::string::npos) return {url, "/"};
    return {url.substr(0, path), (url[path] == '?' ? "/" : "") + url.substr(path)};
}

/// One webhook on its way. `generation` tells those of before a clear() from the others.
struct Delivery {
    std::string body;
    std::uint64_t generation = 0;
    int attempt = 1;
    std::unique_ptr<Delivery> follower = nullptr;  // goes out once this one is done
};

}  // namespace

struct Notifier::State : std::enable_shared_from_this<State> {
    State(http::Io& on, Faults& set_faults, WebhookOptions wanted)
        : io(on), faults(set_faults), options(wanted), later(on) {}

    http::Io& io;
    Faults& faults;
    const WebhookOptions options;
    mutable std::mutex mutex;
    std::shared_ptr<http::Client> client;
    std::string target;
    std::size_t pending = 0;
    std::uint64_t generation = 0;
    std::unique_ptr<Delivery> held;  // by webhook_reorder
    std::uint64_t held_number = 0;
    bool stopped = false;
    Later later;

    /// Counts one in; nothing if there is no place or nobody to tell.
    std::unique_ptr<Delivery> admit(std::string body) {
        const std::lock_guard lock(mutex);
        if (stopped || !client) return nullptr;
        if (pending >= options.limit) {
            log::warn(
                "The sandbox's webhook queue is full: one is lost", {{"limit", options.limit}}
            );
            return nullptr;
        }
        ++pending;
        return std::make_unique<Delivery>(std::move(body), generation);
    }

    void post(std::unique_ptr<Delivery> delivery) {
        std::shared_ptr<http::Client> to;
        http::Call call;
        {
            const std::lock_guard lock(mutex);
            if (stopped || delivery->generation != generation) return;
            to = client;
            call.target = target;
        }
        if (!to) return finish(std::move(delivery));
        call.method = http::Method::post;
        call.headers = {{"content-type", "application/json"}, {"user-agent", "bootpay-sandbox"}};
        call.body = delivery->body;
        call.timeout = options.timeout;
        auto self = shared_from_this();
        to->send(
            std::move(call),
            [self, delivery = std::move(delivery)](http::Outcome outcome) mutable {
                const bool taken = outcome && outcome->status == 200 && says_success(outcome->body);
                if (taken) return self->finish(std::move(delivery));
                self->retry(std::move(delivery));
            }
        );
    }

    void retry(std::unique_ptr<Delivery> delivery) {
        if (delivery->attempt >= options.attempts) {
            log::warn("The sandbox gives a webhook up", {{"attempts", delivery->attempt}});
            return finish(std::move(delivery));
        }
        Duration pause = options.first_retry;
        for (int i = 1; i < delivery->attempt && pause < options.longest_retry; ++i) pause *= 2;
        pause = std::min(pause, options.longest_retry);
        ++delivery->attempt;
        after(pause, [self = shared_from_this(), delivery = std::move(delivery)]() mutable {
            self->post(std::move(delivery));
        });
    }

    void finish(std::unique_ptr<Delivery> delivery) {
        if (delivery->follower) post(std::move(delivery->follower));
        const std::lock_guard lock(mutex);
        if (delivery->generation == generation) --pending;
    }

    void after(Duration delay, std::move_only_function<void()> work) {
        {
            const std::lock_guard lock(mutex);
            if (stopped) return;
        }
        later.after(delay, std::move(work));
    }

    /// Keeps the webhook back until the next one has been delivered, or until the time is up.
    void hold(std::unique_ptr<Delivery> delivery, Duration at_most) {
        std::uint64_t number = 0;
        {
            const std::lock_guard lock(mutex);
            held = std::move(delivery);
            number = ++held_number;
        }
        after(at_most, [self = shared_from_this(), number] {
            if (auto waited = self->release(number)) self->post(std::move(waited));
        });
    }

    std::unique_ptr<Delivery> release(std::optional<std::uint64_t> number = {}) {
        const std::lock_guard lock(mutex);
        if (number && *number != held_number) return nullptr;
        return std::exchange(held, nullptr);
    }
};

Notifier::Notifier(http::Io& io, Faults& faults, WebhookOptions options)
    : x_state(std::make_shared<State>(io, faults, options)) {}

Notifier::~Notifier() {
    stop();
}

void Notifier::set_url(const std::string& url) {
    std::shared_ptr<http::Client> client;
    Url parts;
    if (!url.empty()) {
        parts = split(url);
        http::ClientOptions options;
        options.base_url = parts.base;
        options.connect_timeout = x_state->options.timeout;
        options.breaker_failures =
            std::numeric_limits<int>::max();  // each delivery has its own pauses
        client = std::make_shared<http::Client>(x_state->io, options);
    }
    const std::lock_guard lock(x_state->mutex);
    std::swap(x_state->client, client);
    x_state->target = parts.target;
}

void Notifier::notify(std::string body) {
    State& state = *x_state;
    if (state.faults.take(Fault::webhook_lost)) return;
    auto delivery = state.admit(body);
    if (!delivery) return;
    if (const auto fault = state.faults.take(Fault::webhook_reorder)) {
        if (auto former = state.release()) state.post(std::move(former));
        return state.hold(std::move(delivery), fault->delay);
    }
    if (const auto fault = state.faults.take(Fault::webhook_late)) {
        return state.after(fault->delay, [self = x_state, late = std::move(delivery)]() mutable {
            self->post(std::move(late));
        });
    }
    if (state.faults.take(Fault::webhook_double)) {
        if (auto twin = state.admit(std::move(body))) state.post(std::move(twin));
    }
    delivery->follower = state.release();
    state.post(std::move(delivery));
}

std::size_t Notifier::pending() const {
    const std::lock_guard lock(x_state->mutex);
    return x_state->pending;
}

void Notifier::clear() {
    x_state->later.clear();
    const std::lock_guard lock(x_state->mutex);
    ++x_state->generation;
    x_state->pending = 0;
    x_state->held = nullptr;
}

void Notifier::stop() {
    std::shared_ptr<http::Client> client;
    {
        const std::lock_guard lock(x_state->mutex);
        x_state->stopped = true;
        client = std::exchange(x_state->client, nullptr);
    }
    x_state->later.clear();
}

}  // namespace pay::sandbox
