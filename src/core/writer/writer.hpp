#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/audit_log/audit_log.hpp"
#include "core/idempotency/keys.hpp"
#include "core/ident/ident.hpp"
#include "core/log/log.hpp"
#include "core/log/thread_name.hpp"
#include "core/outbox/outbox.hpp"
#include "core/outbox/relay.hpp"
#include "core/result/result.hpp"
#include "core/sql/sql.hpp"
#include "core/time/clock.hpp"
#include "core/writer/event_sink.hpp"
#include "core/writer/options.hpp"
#include "core/writer/reply.hpp"

namespace pay {

/// One writer a database: all changes go through it. Commands from HTTP and from the bus queue up;
/// the writer's thread takes all that wait, loads what they touch, decides them one after another,
/// saves, and commits once, messages and idempotency keys included. A lone command goes at once.
///
/// `Service` says how:
///   using Command, Answer, State;
///   State load(sql::Connection&, std::span<const Command* const>);      set-based
///   Result<Answer> decide(State&, const Command&, Time now, std::vector<bus::Message>&);   pure
///   void save(sql::Transaction&, State&);                               set-based
///   void committed(const State&);                                       wakes those who watch
/// A command that is refused must leave the state as it was. load and save throw Outage; anything
/// else they throw makes the writer run the batch again one by one, so that one command's fault
/// never fails its neighbours. Where another instance was quicker (sql::Conflict), the batch is run
/// again from load, which sees what the other one wrote.
///
/// submit() may be called from any thread. `done` runs on the writer's thread after the commit,
/// once; it must not block.
template <class Service>
class Writer {
 public:
    using Command = typename Service::Command;
    using Answer = typename Service::Answer;
    using Done = std::move_only_function<void(Result<Answer>)>;
    /// The answer to keep under an idempotency key; an entry without a status keeps what was made.
    using Keep = std::function<std::optional<idempotency::Entry>(const Result<Answer>&)>;

    /// What an operator has done by it; asked only if the command was not refused.
    using Log = std::function<std::optional<audit_log::Entry>(const Result<Answer>&)>;

    /// Writes rows of the core's own tables in the transaction, and may send messages. It can be
    /// called several times, each time in another transaction, of which one is committed.
    using Record = std::function<void(sql::Transaction&, Time now, std::vector<bus::Message>&)>;

    struct Job {
        /// Nothing: only what `keep` and `record` write; the answer is an empty one.
        std::optional<Command> command;
        Done done;
        Keep keep{};
        std::string traceparent{};
        Record record{};
        /// It is handed in again, after a crash too, until `done` was called. Then its reply is not
        /// written to the outbox: `done` waits until the bus has it.
        bool comes_again = false;
        std::string answers{};  ///< what its reply says in the header of that name; empty: nothing
        Log log{};
    };

    /// `instance`: the name of this process among those that share the database.
    Writer(
        Service& service, std::string instance, std::unique_ptr<sql::Connection> connection,
        outbox::Relay& relay, std::shared_ptr<const Clock> clock, WriterMetrics metrics,
        WriterLimits limits = {}
    )
        : x_service(service),
          x_instance(std::move(instance)),
          x_connection(std::move(connection)),
          x_relay(relay),
          x_clock(std::move(clock)),
          x_metrics(metrics),
          x_limits(limits) {}

    ~Writer() { stop(); }

    /// Before start(); `sink` outlives it.
    void show_events_to(EventSink& sink) { x_sink = &sink; }

    void start() {
        x_relay.on_sent([this] {
            {
                const std::lock_guard lock(x_mutex);
                x_sent_waits = true;
            }
            x_wake.notify_one();
        });
        x_thread = std::jthread([this] { run(); });
    }

    /// Finishes what is queued, then ends the thread. Further commands are UNAVAILABLE.
    void stop() {
        {
            const std::lock_guard lock(x_mutex);
            x_stopping = true;
        }
        x_wake.notify_one();
        if (x_thread.joinable()) x_thread.join();
    }

    void submit(Job job) {
        bool taken = false;
        bool wakes = false;
        {
            const std::lock_guard lock(x_mutex);
            taken = !x_stopping && x_queue.size() < x_limits.queue;
            if (taken) x_queue.push_back(std::move(job));
            x_queued = x_queue.size();
            wakes = !x_gathering;
        }
        if (taken && wakes) x_wake.notify_one();
        if (taken) return;
        job.done(unavailable());
    }

    /// Whether new work should be refused at the door: too much waits, or the disk does not take
    /// it.
    bool congested() const {
        return !x_healthy || x_queued > x_limits.queue / 2 || x_relay.backlog() > x_limits.backlog;
    }
    /// Whether the last commit, or the last try of one, went well.
    bool healthy() const { return x_healthy; }

    /// How many commands wait.
    std::size_t queued() const { return x_queued; }

    static Error unavailable() {
        return {
            Code::unavailable,
            {"Nothing was changed. Try again shortly.",
             "변경된 것이 없습니다. 잠시 후 다시 시도해 주세요."},
            {},
            {}
        };
    }

 private:
    // How long a row whose message was sent may stay when no batch comes to take it along.
    static constexpr std::chrono::milliseconds sent_linger{200};
    static constexpr std::chrono::milliseconds probe_pause{500};
    static constexpr int most_tries = 5;

    void run() {
        log::name_thread("write " + x_metrics.service);
        std::vector<Job> batch;
        while (take(batch)) {
            write(batch);
            batch.clear();
        }
        write(batch);  // the rows of what was acknowledged since
    }

    /// Waits for work; false when stopped and empty. An empty batch means: only rows to remove.
    bool take(std::vector<Job>& batch) {
        std::unique_lock lock(x_mutex);
        const auto ready = [this] { return x_stopping || !x_queue.empty(); };
        if (!x_healthy) {
            x_wake.wait_for(lock, probe_pause, ready);
        } else {
            x_wake.wait(lock, [&] { return ready() || x_sent_waits; });
            if (!ready()) x_wake.wait_for(lock, sent_linger, ready);
            x_gathering = true;
            x_wake.wait_until(lock, x_next_at, [this] { return x_stopping; });
            x_gathering = false;
        }
        x_sent_waits = false;
        while (!x_queue.empty() && batch.size() < x_limits.batch) {
            batch.push_back(std::move(x_queue.front()));
            x_queue.pop_front();
        }
        x_queued = x_queue.size();
        const bool crowded = batch.size() >= x_limits.crowd;
        if (crowded) x_next_at = std::chrono::steady_clock::now() + x_limits.gather;
        return !batch.empty() || !x_stopping;
    }

    void write(std::vector<Job>& batch) {
        auto sent = x_relay.take_sent();
        if (batch.empty() && sent.empty() && x_healthy) return;
        try {
            commit(std::span(batch), sent);
            if (!x_healthy) x_healthy = send_unconfirmed();
        } catch (const Outage& outage) {
            fail(std::span(batch), sent, outage.what());
        } catch (const std::exception& failure) {
            x_metrics.failures.add();
            x_relay.restore_sent(std::move(sent));
            if (!batch.empty()) write_one_by_one(batch, failure.what());
        }
    }

    /// Sends what was stored by a commit that an outage kept from saying so; false if that goes on.
    bool send_unconfirmed() {
        try {
            outbox::publish_unsent(*x_connection, x_instance, x_relay);
            return true;
        } catch (const Outage& outage) {
            log::warn("the outbox cannot be read; it is tried again", {{"reason", outage.what()}});
            return false;
        }
    }

    void write_one_by_one(std::vector<Job>& batch, std::string_view reason) {
        log::warn("a batch failed and is run again one by one", {{"reason", reason}});
        for (auto& job : batch) {
            try {
                commit(std::span(&job, 1), {});
            } catch (const Outage& outage) {
                fail(std::span(&job, 1), {}, outage.what());
            } catch (const idempotency::Taken&) {
                job.done(Error{Code::idempotency_in_progress, {}, {}, {}});
            } catch (const sql::Conflict& conflict) {
                log::error(
                    "a command meets another instance's again and again",
                    {{"reason", conflict.what()}}
                );
                job.done(conflict.of_locks() ? unavailable() : Error{});
            } catch (const std::exception& failure) {
                log::error("a command failed", {{"reason", failure.what()}});
                job.done(Error{});
            }
        }
    }

    void commit(std::span<Job> jobs, const std::vector<std::string>& sent) {
        for (int tried = 1;; ++tried) {
            try {
                return commit_once(jobs, sent, tried);
            } catch (const sql::Conflict&) {
                x_metrics.conflicts.add();
                if (tried == most_tries) throw;
            }
        }
    }

    void fail(std::span<Job> jobs, std::vector<std::string> sent, std::string_view reason) {
        x_metrics.failures.add();
        x_relay.restore_sent(std::move(sent));
        if (x_healthy.exchange(false)) {
            log::error(
                "the database does not take changes; it is tried again", {{"reason", reason}}
            );
        }
        for (auto& job : jobs) job.done(unavailable());
    }

    void commit_once(std::span<Job> jobs, const std::vector<std::string>& sent, int tried) {
        const Time now = x_clock->now();
        std::vector<const Command*> commands;
        commands.reserve(jobs.size());
        for (const auto& job : jobs) {
            if (job.command) commands.push_back(&*job.command);
        }
        std::vector<Result<Answer>> results;
        results.reserve(jobs.size());
        std::vector<bus::Message> messages;
        std::vector<Reply> replies;
        std::vector<idempotency::Entry> entries;
        std::vector<audit_log::Entry> actions;
        std::vector<bus::Message> events;

        sql::Transaction transaction(*x_connection);
        auto state = x_service.load(transaction.connection(), commands);
        for (auto& job : jobs) {
            const auto first_message = messages.size();
            if (job.command) {
                results.push_back(x_service.decide(state, *job.command, now, messages));
            } else {
                results.push_back(Answer{});
            }
            if (job.record) job.record(transaction, now, messages);
            stamp(messages, first_message, job.traceparent, now, events);
            if (job.comes_again) {
                take_reply(messages, first_message, results.size() - 1, job.answers, replies);
            }
            if (job.log && results.back()) {
                if (auto action = job.log(results.back())) actions.push_back(std::move(*action));
            }
            if (!job.keep) continue;
            if (auto entry = job.keep(results.back())) entries.push_back(std::move(*entry));
        }
        // The key may be what another instance was quicker with: then it holds the call.
        const bool alone = jobs.size() == 1 && tried > 1;
        if (alone && !entries.empty()) idempotency::refuse_taken(*x_connection, entries.front());
        x_service.save(transaction, state);
        auto parcels = outbox::append(transaction, x_instance, std::move(messages), now);
        outbox::remove(transaction, sent);
        idempotency::save(transaction, x_instance, entries, now);
        audit_log::save(transaction, actions, now);
        if (!events.empty()) x_sink->record(transaction, events, now);
        if (!x_healthy) outbox::probe(transaction, now);
        transaction.commit();
        for (const auto& entry : entries) *entry.key.stored = true;

        if (!jobs.empty()) x_metrics.batch.observe(static_cast<double>(jobs.size()));
        for (auto& reply : replies) tell([&] { deliver(reply, jobs, results); });
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            if (jobs[i].done) tell([&] { jobs[i].done(std::move(results[i])); });
        }
        // After them: who begins to watch in `done` misses nothing of its own batch.
        tell([&] { x_service.committed(state); });
        tell([&] { x_relay.publish(std::move(parcels)); });
        if (!events.empty()) tell([&] { x_sink->committed(); });
    }

    void deliver(Reply& reply, std::span<Job> jobs, std::vector<Result<Answer>>& results) {
        x_relay.deliver(
            std::move(reply.message),
            [done = std::exchange(jobs[reply.job].done, nullptr),
             result = std::move(results[reply.job])]() mutable { done(std::move(result)); }
        );
    }

    /// What is committed stays so: a fault of those who are told must not run the batch again.
    template <class Telling>
    void tell(Telling&& telling) {
        try {
            telling();
        } catch (const std::exception& failure) {
            log::error("a committed change was not told", {{"reason", failure.what()}});
        }
    }

    /// Gives the messages of one command their ids, copies those that the sink wants to `events`,
    /// and drops those nobody would read.
    void stamp(
        std::vector<bus::Message>& messages, std::size_t first, const std::string& traceparent,
        Time now, std::vector<bus::Message>& events
    ) {
        auto kept = first;
        for (auto i = first; i < messages.size(); ++i) {
            auto& message = messages[i];
            const bool told = x_sink != nullptr && x_sink->wants(message);
            const bool read = x_relay.wanted(message.topic);
            if (!told && !read) continue;
            message.id = make_id(prefix::message, now);
            message.time = now;
            message.traceparent = traceparent;
            if (told) events.push_back(message);
            if (read && kept++ != i) messages[kept - 1] = std::move(message);
        }
        messages.resize(kept);
    }

    Service& x_service;
    const std::string x_instance;
    std::unique_ptr<sql::Connection> x_connection;
    outbox::Relay& x_relay;
    std::shared_ptr<const Clock> x_clock;
    WriterMetrics x_metrics;
    WriterLimits x_limits;
    EventSink* x_sink = nullptr;

    std::mutex x_mutex;
    std::condition_variable x_wake;
    std::deque<Job> x_queue;
    std::atomic<std::size_t> x_queued{0};
    bool x_stopping = false;
    std::chrono::steady_clock::time_point x_next_at{};  ///< of a batch; on the writer's thread
    bool x_sent_waits = false;
    bool x_gathering = false;  ///< waits for a moment, which what comes need not shorten
    std::atomic<bool> x_healthy{true};
    std::jthread x_thread;
};

}  // namespace pay
