#include "core/dead_letter/letterbox.hpp"

#include <algorithm>
#include <atomic>

#include "core/log/log.hpp"

namespace pay::dead_letter {

Letterbox::Letterbox(
    Origin origin, http::Io& io, metrics::Metrics& metrics, Write write, Tries tries
)
    : x_origin(std::move(origin)),
      x_io(io),
      x_write(std::move(write)),
      x_tries(tries),
      x_gauge(metrics.gauge(
          "payments_dead_letters", "Messages parked now because they could not be handled",
          {{"service", x_origin.service}}
      )),
      x_counter(metrics.counter(
          "payments_dead_letters_total", "Messages ever parked", {{"service", x_origin.service}}
      )) {}

Letterbox::~Letterbox() {
    stop();
}

void Letterbox::subscribe(bus::Bus& bus, Subscription subscription) {
    const bool first =
        x_handlers.emplace(subscription.topic, std::move(subscription.handler)).second;
    PAY_ASSERT(first);
    bus.subscribe(
        {std::move(subscription.topic), std::move(subscription.group),
         [this](const bus::Message& message, bus::Handled handled) {
             take(message, std::move(handled));
         },
         subscription.reading, std::move(subscription.caught_up)}
    );
}

void Letterbox::stop() {
    std::vector<Held> held;
    {
        const std::lock_guard lock(x_mutex);
        x_stopped = true;
        for (auto& [lane, trouble] : x_troubles) {
            std::ranges::move(trouble.held, std::back_inserter(held));
        }
        x_troubles.clear();
        x_held = 0;
        x_held_bytes = 0;
    }
    for (auto& each : held) each.handled(bus::Verdict::retry);
}

void Letterbox::take(const bus::Message& message, bus::Handled handled) {
    const Lane lane = lane_of(message);
    Held held{std::make_shared<const bus::Message>(message), std::move(handled)};
    switch (way_of(lane, held)) {
        case Way::handle:
            return handle(lane, std::move(held));
        case Way::park:
            return park_behind(lane, std::move(held));
        case Way::give_back:
            return held.handled(bus::Verdict::retry);
        case Way::wait:
            return;
    }
}

Letterbox::Way Letterbox::way_of(Lane lane, Held& held) {
    const std::lock_guard lock(x_mutex);
    if (const auto found = x_troubles.find(lane); found != x_troubles.end()) {
        return hold(found->second, held) ? Way::wait : Way::give_back;
    }
    return x_parked.contains(lane) ? Way::park : Way::handle;
}

/// Has the handler try the message; what it throws is an outcome too.
void Letterbox::ask(const std::shared_ptr<const bus::Message>& message, Answered answered) {
    struct Once {
        explicit Once(Answered its_answered) : answered(std::move(its_answered)) {}
        void answer(Outcome outcome) {
            if (!told.exchange(true)) answered(std::move(outcome));
        }
        Answered answered;
        std::atomic<bool> told{false};
    };
    const auto once = std::make_shared<Once>(std::move(answered));
    const auto found = x_handlers.find(message->topic);
    if (found == x_handlers.end()) return once->answer(refused("nothing here reads its topic"));
    try {
        // The message lives as long as its answer is waited for.
        found->second(*message, [once, message](Outcome outcome) {
            once->answer(std::move(outcome));
        });
    } catch (const Outage& outage) {
        log::warn("a message cannot be handled now", {{"reason", outage.what()}});
        once->answer(later());
    } catch (const std::exception& failure) {
        log::error("a message's handler failed", {{"reason", failure.what()}});
        once->answer(refused("its handler failed; the log says why"));
    }
}

void Letterbox::handle(Lane lane, Held held) {
    const auto message = held.message;
    ask(message, [this, lane, held = std::move(held)](Outcome outcome) mutable {
        switch (outcome.kind) {
            case Outcome::Kind::done:
                return held.handled(bus::Verdict::done);
            case Outcome::Kind::later:
                return held.handled(bus::Verdict::retry);
            case Outcome::Kind::refused:
                return begin_trouble(lane, std::move(held), std::move(outcome.reason));
        }
    });
}

void Letterbox::begin_trouble(Lane lane, Held held, std::string reason) {
    log::warn(
        "a message is refused by its handler", {{"service", x_origin.service},
                                                {"topic", held.message->topic},
                                                {"id", held.message->id},
                                                {"type", held.message->type},
                                                {"reason", reason}}
    );
    bool taken = false;
    bool fresh = false;
    {
        const std::lock_guard lock(x_mutex);
        auto [place, made] = x_troubles.try_emplace(lane);
        taken = !x_stopped && hold(place->second, held);
        fresh = taken && made;
        if (made && !taken) x_troubles.erase(place);
    }
    if (!taken) return held.handled(bus::Verdict::retry);
    if (fresh) settle_refused(lane, std::move(reason));
}

/// Under the lock: takes the message into the lane's queue, unless too much waits already.
bool Letterbox::hold(Trouble& trouble, Held& held) {
    const auto bytes = held.message->payload.size();
    const bool full = x_held >= x_tries.held || x_held_bytes + bytes > x_tries.held_bytes;
    if (full && x_held > 0) return false;
    ++x_held;
    x_held_bytes += bytes;
    trouble.held.push_back(std::move(held));
    return true;
}

/// Under the lock.
void Letterbox::schedule(Lane lane, Trouble& trouble, Duration pause) {
    trouble.timer = x_io.after(pause, [this, lane] { try_again(lane); });
}

void Letterbox::try_again(Lane lane) {
    std::shared_ptr<const bus::Message> message;
    {
        const std::lock_guard lock(x_mutex);
        const auto found = x_troubles.find(lane);
        if (found == x_troubles.end()) return;
        message = found->second.held.front().message;
    }
    ask(message, [this, lane](Outcome outcome) { settle(lane, std::move(outcome)); });
}

void Letterbox::settle(Lane lane, Outcome outcome) {
    switch (outcome.kind) {
        case Outcome::Kind::done:
            return settle_done(lane);
        case Outcome::Kind::later:
            return give_back(lane);
        case Outcome::Kind::refused:
            return settle_refused(lane, std::move(outcome.reason));
    }
}

/// The next of the lane has its turn.
void Letterbox::settle_done(Lane lane) {
    bus::Handled handled;
    {
        const std::lock_guard lock(x_mutex);
        const auto found = x_troubles.find(lane);
        if (found == x_troubles.end()) return;
        auto& trouble = found->second;
        --x_held;
        x_held_bytes -= trouble.held.front().message->payload.size();
        handled = std::move(trouble.held.front().handled);
        trouble.held.pop_front();
        trouble.tries = 0;
        if (trouble.held.empty()) {
            x_troubles.erase(found);
        } else {
            schedule(lane, trouble, Duration{0});
        }
    }
    handled(bus::Verdict::done);
}

void Letterbox::settle_refused(Lane lane, std::string reason) {
    {
        const std::lock_guard lock(x_mutex);
        const auto found = x_troubles.find(lane);
        if (found == x_troubles.end()) return;
        auto& trouble = found->second;
        trouble.reason = std::move(reason);
        if (++trouble.tries < x_tries.most) {
            return schedule(lane, trouble, x_tries.first_pause * (1 << (trouble.tries - 1)));
        }
    }
    park(lane);
}

std::deque<Letterbox::Held> Letterbox::end_trouble(Lane lane) {
    const auto found = x_troubles.find(lane);
    if (found == x_troubles.end()) return {};
    auto held = std::move(found->second.held);
    x_troubles.erase(found);
    x_held -= held.size();
    for (const auto& each : held) x_held_bytes -= each.message->payload.size();
    return held;
}

void Letterbox::give_back(Lane lane) {
    std::deque<Held> held;
    {
        const std::lock_guard lock(x_mutex);
        held = end_trouble(lane);
    }
    for (auto& each : held) each.handled(bus::Verdict::retry);
}

}  // namespace pay::dead_letter
