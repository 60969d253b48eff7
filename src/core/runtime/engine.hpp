#pragma once

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/audit_log/audit_log.hpp"
#include "core/dead_letter/letterbox.hpp"
#include "core/embedded.hpp"
#include "core/instances/instances.hpp"
#include "core/runtime/action_routes.hpp"
#include "core/runtime/call.hpp"
#include "core/runtime/context.hpp"
#include "core/runtime/key_lookups.hpp"
#include "core/runtime/letter_routes.hpp"
#include "core/runtime/readers.hpp"
#include "core/runtime/repeating.hpp"
#include "core/runtime/status_route.hpp"
#include "core/runtime/webhook_routes.hpp"
#include "core/writer/writer.hpp"

namespace pay {

/// All migrations of a service's database: its own and those of the core tables in it.
std::vector<EmbeddedFile> migrations_of(std::span<const EmbeddedFile> own);

/// A service's name as the bus and the paths have it, by the name of its database: order-item.
std::string name_in_public(std::string name);

/// What stands below every service: its database brought to this version's schema, the writer, the
/// relay of its outbox, the threads that read, the keys of the calls that run, the letterbox of
/// what cannot be handled, and the other instances. `Store` is what Writer asks for. Made in
/// app/wiring; start() and stop() once each, in that order.
template <class Store>
class Engine {
 public:
    using Command = typename Store::Command;
    using Answer = typename Store::Answer;
    using Render = std::function<http::Response(const Answer&)>;
    /// What an operator did, by the answer it led to; nothing if it came to nothing.
    using Acted = std::function<std::optional<audit_log::Act>(const Answer&)>;
    static constexpr std::size_t reading_threads = 2;
    static constexpr std::int64_t most_forgotten = 1000;  ///< old keys at a time
    static constexpr Duration gather_on_server{10};

    /// `events`: what endpoints of others may ask for; nothing: it sends no webhooks.
    Engine(
        const Context& context, const std::string& name, std::span<const EmbeddedFile> schema,
        Store& store, std::optional<webhook_out::Source> events = {}
    )
        : x_io(context.io),
          x_bus(context.bus),
          x_clock(context.clock),
          x_started_at(context.clock->now()),
          x_instances(context.instance, context.storage.shared()),
          x_database(context.storage.database(name)),
          x_relay(context.bus, context.io, context.metrics, name),
          x_letterbox(
              {name_in_public(name), context.instance}, context.io, context.metrics,
              [this](dead_letter::Change change) { write(std::move(change)); }, context.tries
          ),
          x_letter_paths(name_in_public(name)),
          x_action_path("/v1/admin/" + name_in_public(name) + "/actions"),
          x_status_path("/v1/admin/" + name_in_public(name) + "/status"),
          x_writer(
              store, context.instance, opened(*x_database, schema), x_relay, context.clock,
              WriterMetrics(context.metrics, name),
              {.gather = context.storage.shared() ? gather_on_server : Duration{0}}
          ),
          x_readers(*x_database, reading_threads),
          x_webhook_paths(name_in_public(name)) {
        if (!events) return;
        x_webhooks.emplace(
            context.io, context.metrics, sender_desk(), std::move(*events), context.webhooks
        );
        x_writer.show_events_to(*x_webhooks);
    }

    /// Hands the topic's messages to the handler, and parks what it cannot handle. Before start().
    void subscribe(bus::Bus& bus, dead_letter::Subscription subscription) {
        x_letterbox.subscribe(bus, std::move(subscription));
    }

    /// Starts the writer, sends what a stopped process left unsent, and begins to beat.
    void start() {
        auto connection = x_database->connect(sql::Mode::read_only);
        x_letterbox.open(*connection);
        if (x_webhooks) x_webhooks->open(*connection);
        x_writer.start();
        const std::string mine = x_instances.shared() ? x_instances.name() : std::string{};
        outbox::publish_unsent(*connection, mine, x_relay);
        keep_up();
        x_upkeep = std::make_unique<Repeating>(x_io, Instances::beat_pause, [this] { keep_up(); });
        if (x_webhooks) x_webhooks->start();
    }

    /// No new message goes out. First of the three steps of stopping, for all services before the
    /// next.
    void stop_sending() {
        x_upkeep.reset();
        if (x_webhooks) x_webhooks->stop();
        x_letterbox.stop();
        x_relay.stop();
    }
    void stop() {
        x_readers.stop();
        x_writer.stop();
    }

    Writer<Store>& writer() { return x_writer; }
    Readers& readers() { return x_readers; }
    sql::Database& database() { return *x_database; }
    const Instances& instances() const { return x_instances; }
    /// Whether a message on this topic would reach anybody.
    bool wanted(std::string_view topic) const { return x_bus.wanted(topic); }

    /// Why the service cannot take requests now; nothing if it can.
    std::optional<std::string> fault() const {
        if (!x_writer.healthy()) return "the database does not take changes";
        if (x_writer.congested()) return "too much work is waiting";
        return std::nullopt;
    }

    /// A route's handler for a call that changes something: takes the Idempotency-Key, gives a kept
    /// answer again, refuses a key that runs or was used for another request.
    http::Handler keyed(CallHandler handler) {
        const auto found = std::make_shared<const KeyLookups::Found>(
            [this, handler](const std::shared_ptr<Call>& call, const auto& entry) {
                if (!answered_before(*call, entry)) handler(call);
            }
        );
        return [this, handler = std::move(handler),
                found](http::Request request, http::Responder responder) {
            if (x_writer.congested()) return responder.refuse(Writer<Store>::unavailable());
            auto key = idempotency::key_of(request);
            if (!key) return responder.refuse(key.error());
            auto call = std::make_shared<Call>(std::move(request), std::move(responder));
            if (!*key) return handler(std::move(call));
            call->key = std::move(**key);
            call->hold = x_running.take(*call->key);
            if (!call->hold) return refuse_running(*call);
            x_key_lookups.find(std::move(call), found);
        };
    }

    /// Of a call that is no operator's: there is nothing to log.
    static Acted no_operator() {
        return [](const Answer&) { return std::nullopt; };
    }
    /// Writer's Log of what the caller did.
    static typename Writer<Store>::Log log_of(const Call& call, Acted acted) {
        return [who = audit_log::operator_of(call.request),
                acted = std::move(acted)](const Result<Answer>& result) {
            auto act = result ? acted(*result) : std::nullopt;
            return act ? std::optional{audit_log::Entry{who, std::move(*act)}} : std::nullopt;
        };
    }

    /// Has the command decided and answers the call with the result, kept under its key in the same
    /// transaction, and logged if an operator acted by it: every call says which it is.
    void execute(std::shared_ptr<Call> call, Command command, Acted acted, Render render) {
        const auto answer_of = [call, render = std::move(render)](const Result<Answer>& result) {
            return result ? render(*result) : call->problem(result.error());
        };
        typename Writer<Store>::Job job{std::move(command), {}, {}, call->request.traceparent};
        job.log = log_of(*call, std::move(acted));
        if (call->key) {
            job.keep = [call, answer_of](const Result<Answer>& result) {
                call->kept = answer_of(result);
                return call->entry(*call->kept);
            };
        }
        job.done = [call, answer_of](Result<Answer> result) {
            const bool keeps =
                call->kept && (result || !idempotency::uncommitted(result.error().code));
            call->send(keeps ? std::move(*call->kept) : answer_of(result));
        };
        x_writer.submit(std::move(job));
    }

    /// Answers a call that came to its end without a command, and keeps the answer under its key.
    void answer(std::shared_ptr<Call> call, http::Response response) {
        const auto entry = call->entry(response);
        const bool holds = call->key && *call->key->stored;
        if (!entry && !holds) return call->send(std::move(response));
        typename Writer<Store>::Job job{std::nullopt, {}, {}, {}};
        if (entry) {
            job.keep = [entry](const Result<Answer>&) { return entry; };
        } else {
            // An answer that is not kept ends the call all the same: others may take it up.
            job.record = [this, key = *call->key](sql::Transaction& transaction, Time, auto&) {
                idempotency::release(transaction, x_instances.name(), key);
            };
        }
        job.done = [call, response = std::move(response)](Result<Answer> result) mutable {
            call->send(result ? std::move(response) : call->problem(result.error()));
        };
        x_writer.submit(std::move(job));
    }
    void refuse(std::shared_ptr<Call> call, const Error& error) {
        auto response = call->problem(error);
        answer(std::move(call), std::move(response));
    }

    /// A handler's command from the bus: done when it is committed or refused by the rules, and the
    /// bus has the reply.
    void execute(const bus::Message& message, Command command, dead_letter::Answered answered) {
        typename Writer<Store>::Job job{std::move(command), {}, {}, message.traceparent};
        job.comes_again = true;
        job.answers = bus::answers_to(message);
        job.done = [answered = std::move(answered)](Result<Answer> result) mutable {
            answered(result ? dead_letter::done() : dead_letter::outcome_of(result.error()));
        };
        x_writer.submit(std::move(job));
    }

    /// A change of the core's own tables, in a transaction of the writer.
    void write(dead_letter::Change change) {
        typename Writer<Store>::Job job{std::nullopt, {}, {}, std::move(change.traceparent)};
        job.record = std::move(change.record);
        if (change.keep) {
            job.keep = [keep = std::move(change.keep)](const Result<Answer>&) { return keep(); };
        }
        if (change.log) {
            job.log = [log = std::move(change.log)](const Result<Answer>&) { return log(); };
        }
        job.done = [done = std::move(change.done)](const Result<Answer>& result) mutable {
            done(result ? std::nullopt : std::optional{result.error()});
        };
        x_writer.submit(std::move(job));
    }

    /// What operators ask of every service: its parked messages, the log of their own actions, how
    /// it is, and its webhooks if it sends any. Every service's routes() ends with them.
    std::vector<http::Route> operator_routes() {
        auto routes = letter_routes();
        routes.push_back(action_route(x_action_path, x_letter_paths.service, x_readers));
        routes.push_back(status_route(x_status_path, x_readers, [this](auto& connection) {
            return status_of(
                connection, {x_letter_paths.service, x_started_at, x_writer.queued()}, x_instances,
                x_bus
            );
        }));
        if (!x_webhooks) return routes;
        auto more = webhook_routes(
            x_webhook_paths, {*x_webhooks, x_readers,
                              [this](CallHandler handler) { return keyed(std::move(handler)); },
                              [this](std::shared_ptr<Call> call, http::Response response) {
                                  answer(std::move(call), std::move(response));
                              },
                              [this](dead_letter::Change change) { write(std::move(change)); }}
        );
        std::ranges::move(more, std::back_inserter(routes));
        return routes;
    }

 private:
    std::vector<http::Route> letter_routes() {
        return pay::letter_routes(
            x_letter_paths, {x_letterbox, x_readers,
                             [this](CallHandler handler) { return keyed(std::move(handler)); },
                             [this](std::shared_ptr<Call> call, http::Response response) {
                                 answer(std::move(call), std::move(response));
                             },
                             [this](dead_letter::Change change) { write(std::move(change)); }}
        );
    }

    /// What is done beside the commands, every two seconds.
    void keep_up() {
        const auto orphans = std::make_shared<std::vector<outbox::Parcel>>();
        typename Writer<Store>::Job job{std::nullopt, {}, {}, {}};
        job.record = [this, orphans](sql::Transaction& transaction, Time now, auto&) {
            idempotency::forget_old(transaction, now, most_forgotten);
            x_instances.beat(transaction, now);
            orphans->clear();
            if (!x_instances.shared() || !x_instances.leads()) return;
            *orphans = outbox::orphans(transaction.connection(), x_instances.living());
        };
        job.done = [this, orphans](const Result<Answer>&) { x_relay.publish(std::move(*orphans)); };
        x_writer.submit(std::move(job));
        write(x_letterbox.refresh());
        if (x_webhooks) write(x_webhooks->refresh());
    }

    webhook_out::SenderDesk sender_desk() {
        return {
            [this](Readers::Work work, std::move_only_function<void()> refused) {
                x_readers.run(std::move(work), std::move(refused));
            },
            [this](dead_letter::Change change) { write(std::move(change)); },
            [this] { return x_instances.leads(); }, x_clock
        };
    }

    /// Whether what is stored under the call's key answers it; else it takes up what was begun.
    bool answered_before(Call& call, const std::optional<idempotency::Entry>& entry) {
        *call.key->stored = entry.has_value();
        if (!entry) return false;
        if (entry->key.fingerprint != call.key->fingerprint) {
            call.send(call.problem({Code::idempotency_key_reused, {}, {}, {}}));
        } else if (entry->status) {
            call.send(replay(*entry));
        } else if (runs_elsewhere(*entry)) {
            refuse_running(call);
        } else {
            call.resource_id = entry->resource_id;
            return false;
        }
        return true;
    }
    bool runs_elsewhere(const idempotency::Entry& entry) const {
        return x_instances.shared() &&
               idempotency::runs_elsewhere(entry, x_instances.name(), x_clock->now());
    }
    static void refuse_running(Call& call) {
        call.send(call.problem({Code::idempotency_in_progress, {}, {}, {}}));
    }

    static std::unique_ptr<sql::Connection> opened(
        sql::Database& database, std::span<const EmbeddedFile> schema
    ) {
        auto connection = database.connect(sql::Mode::read_write);
        sql::migrate(*connection, migrations_of(schema));
        return connection;
    }

    http::Io& x_io;
    bus::Bus& x_bus;
    std::shared_ptr<const Clock> x_clock;
    const Time x_started_at;
    idempotency::Running x_running;  // outlives the calls the others still hold
    Instances x_instances;
    std::unique_ptr<sql::Database> x_database;
    outbox::Relay x_relay;
    dead_letter::Letterbox x_letterbox;
    const LetterPaths x_letter_paths;
    const std::string x_action_path;
    const std::string x_status_path;
    std::optional<Webhooks> x_webhooks;  // outlives the writer and the readers, which it hears of
    Writer<Store> x_writer;
    KeyLookups x_key_lookups{x_readers};  // outlives the readers that run them
    Readers x_readers;
    const WebhookPaths x_webhook_paths;
    std::unique_ptr<Repeating> x_upkeep;
};

}  // namespace pay
