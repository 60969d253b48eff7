#include "core/runtime/engine.hpp"

#include <doctest/doctest.h>

#include "core/bus/local.hpp"
#include "core/sql/scratch.hpp"
#include "core/writer/tally.hpp"

using namespace pay;
using namespace pay::test;

namespace {

const Time noon = from_epoch_ms(1'772'414'130'000);

struct Site {
    Site() { open(); }
    ~Site() { close(); }

    void open() {
        bus = std::make_unique<bus::Local>();
        bus->subscribe(
            {"tally.events", "world",
             [this](const bus::Message& message, bus::Handled handled) {
                 if (on_message) on_message(message, std::move(handled));
             }}
        );
        storage = sql::open_storage(scratch.url());
        io = std::make_unique<http::Io>(1);
        engine = std::make_unique<Engine<Tally>>(
            Context{*storage, *bus, *io, metrics, clock}, "tally", tally_schema, tally
        );
        engine->start();
    }
    void close() {
        if (!engine) return;
        engine->stop_sending();
        engine->stop();
        io->stop();
        engine.reset();
        io.reset();
        storage.reset();
        bus.reset();
    }

    http::Request request(std::string key, std::string body = "{}") const {
        http::Request made;
        made.method = http::Method::post;
        made.path = "/v1/tally";
        made.body = std::move(body);
        made.caller.user_id = "kim";
        if (!key.empty()) made.headers.emplace_back("idempotency-key", std::move(key));
        return made;
    }
    std::future<http::Response> send(const CallHandler& handler, http::Request made) {
        auto promise = std::make_shared<std::promise<http::Response>>();
        auto future = promise->get_future();
        engine->keyed(handler)(
            std::move(made),
            http::Responder(
                [promise](http::Response response) { promise->set_value(std::move(response)); },
                http::Language::en, "/v1/tally"
            )
        );
        return future;
    }
    http::Response ask(const CallHandler& handler, http::Request made) {
        return send(handler, std::move(made)).get();
    }
    CallHandler adding(Add command) {
        return [this, command](std::shared_ptr<Call> call) {
            engine->execute(
                call, command, Engine<Tally>::no_operator(),
                [](const std::int64_t& count) {
                    return http::json_response(201, std::to_string(count));
                }
            );
        };
    }

    sql::Scratch scratch;
    metrics::Metrics metrics;
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>(noon);
    Tally tally;
    std::function<void(const bus::Message&, bus::Handled)> on_message;
    std::unique_ptr<bus::Local> bus;
    std::unique_ptr<sql::Storage> storage;
    std::unique_ptr<http::Io> io;
    std::unique_ptr<Engine<Tally>> engine;
};

bool has(const http::Response& response, std::string_view text) {
    return response.body.find(text) != response.body.npos;
}
bool replayed(const http::Response& response) {
    return http::find(response.headers, "Idempotency-Replayed") == "true";
}

}  // namespace

TEST_CASE("the same call gives the first answer again, after a restart too") {
    Site site;
    const auto first = site.ask(site.adding({"a"}), site.request("k"));
    CHECK(first.status == 201);
    CHECK(first.body == "1");
    CHECK(!replayed(first));
    for (int i = 0; i < 2; ++i) {
        const auto again = site.ask(site.adding({"a"}), site.request("k"));
        CHECK(again.status == 201);
        CHECK(again.body == "1");
        CHECK(replayed(again));
        site.close();
        site.open();
    }
    CHECK(site.ask(site.adding({"a"}), site.request("other")).body == "2");
    CHECK(site.ask(site.adding({"a"}), site.request("")).body == "3");
    auto others = site.request("k");
    others.caller.user_id = "lee";
    CHECK(site.ask(site.adding({"a"}), others).body == "4");
}

TEST_CASE("a refusal is kept, as the problem it was") {
    Site site;
    const auto refused = site.ask(site.adding({"a", 0}), site.request("k"));
    CHECK(refused.status == 422);
    const auto again = site.ask(site.adding({"a", 1}), site.request("k"));
    CHECK(again.status == 422);
    CHECK(again.body == refused.body);
    CHECK(again.content_type == "application/problem+json");
    CHECK(replayed(again));
}

TEST_CASE("a fault is not kept: the repeat is tried anew") {
    Site site;
    CHECK(site.ask(site.adding({"a", 1, true}), site.request("k")).status == 500);
    const auto again = site.ask(site.adding({"a"}), site.request("k"));
    CHECK(again.status == 201);
    CHECK(!replayed(again));
}

TEST_CASE("a key used for another request is refused") {
    Site site;
    site.ask(site.adding({"a"}), site.request("k"));
    auto other = site.request("k");
    SUBCASE("body") {
        other.body = "{} ";
    }
    SUBCASE("path") {
        other.path = "/v1/other";
    }
    SUBCASE("method") {
        other.method = http::Method::patch;
    }
    const auto refused = site.ask(site.adding({"a"}), other);
    CHECK(refused.status == 422);
    CHECK(has(refused, "IDEMPOTENCY_KEY_REUSED"));
}

TEST_CASE("a key that is no key is refused") {
    Site site;
    for (const auto& key : {std::string(129, 'k'), std::string("a b"), std::string("a\x01")}) {
        CHECK(site.ask(site.adding({"a"}), site.request(key)).status == 422);
    }
    CHECK(site.ask(site.adding({"a"}), site.request(std::string(128, '~'))).status == 201);
    auto empty = site.request("k");
    empty.headers[0].second.clear();
    CHECK(site.ask(site.adding({"a"}), empty).status == 422);
}

TEST_CASE("a key whose call runs is in progress, and free when the call goes") {
    Site site;
    std::promise<std::shared_ptr<Call>> came;
    auto first =
        site.send([&](std::shared_ptr<Call> call) { came.set_value(call); }, site.request("k"));
    auto running = came.get_future().get();
    const auto second = site.ask(site.adding({"a"}), site.request("k"));
    CHECK(second.status == 409);
    CHECK(has(second, "IDEMPOTENCY_IN_PROGRESS"));
    site.engine->answer(running, http::json_response(503, "{}"));
    running.reset();
    CHECK(first.get().status == 503);
    CHECK(site.ask(site.adding({"a"}), site.request("k")).status == 201);
}

TEST_CASE("an unfinished call goes on with what its first made") {
    Site site;
    const auto unfinished = [&](std::shared_ptr<Call> call) {
        typename Writer<Tally>::Job job{Add{"a"}, {}, {}, {}};
        job.keep = [call](const Result<std::int64_t>&) {
            call->resource_id = "ord_1";
            return call->unfinished();
        };
        // The process ends here: the first caller never hears of it.
        job.done = [call](Result<std::int64_t>) { call->send(http::json_response(500, "{}")); };
        site.engine->writer().submit(std::move(job));
    };
    CHECK(site.ask(unfinished, site.request("k")).status == 500);
    site.close();
    site.open();
    const auto goes_on = [&](std::shared_ptr<Call> call) {
        site.engine->answer(call, http::json_response(200, call->resource_id));
    };
    CHECK(site.ask(goes_on, site.request("k")).body == "ord_1");
    const auto again = site.ask(goes_on, site.request("k"));
    CHECK(again.body == "ord_1");
    CHECK(replayed(again));
}

TEST_CASE("keys are forgotten when they are old, not before") {
    Site site;
    site.ask(site.adding({"a"}), site.request("k"));
    const auto connection = site.engine->database().connect(sql::Mode::read_write);
    const auto forget = [&] {
        sql::Transaction transaction(*connection);
        const auto count = idempotency::forget_old(transaction, site.clock->now(), 10);
        transaction.commit();
        return count;
    };
    site.clock->advance(std::chrono::hours{24});
    CHECK(forget() == 0);
    site.clock->advance(std::chrono::hours{25});
    CHECK(forget() == 1);
    CHECK(!replayed(site.ask(site.adding({"a"}), site.request("k"))));
}

TEST_CASE("what a stopped process left unsent is sent at the start") {
    Site site;
    std::promise<void> came;
    site.on_message = [&](const bus::Message&, bus::Handled handled) {
        came.set_value();
        handled(bus::Verdict::retry);
    };
    site.ask(site.adding({"a", 1, false, true}), site.request("k"));
    came.get_future().get();
    site.close();
    std::promise<std::string> sent;
    std::atomic<bool> once{false};
    site.on_message = [&](const bus::Message& message, bus::Handled handled) {
        handled(bus::Verdict::done);
        if (!once.exchange(true)) sent.set_value(message.key);
    };
    site.open();
    CHECK(sent.get_future().get() == "a");
    site.close();
    const auto storage = sql::open_storage(site.scratch.url());
    CHECK(count_in(*storage->existing("tally")->connect(sql::Mode::read_only), "outbox") == 0);
}

TEST_CASE("a message's command is done when it is committed or refused by the rules") {
    Site site;
    using enum dead_letter::Outcome::Kind;
    const auto outcome = [&](Add command) {
        auto promise = std::make_shared<std::promise<dead_letter::Outcome>>();
        site.engine->execute(
            bus::Message{}, std::move(command),
            [promise](dead_letter::Outcome given) { promise->set_value(std::move(given)); }
        );
        return promise->get_future().get().kind;
    };
    CHECK(outcome({"a"}) == done);
    CHECK(outcome({"a", 0}) == done);
    CHECK(outcome({"a", 1, true}) == refused);
    site.engine->stop();
    CHECK(outcome({"a"}) == later);
}
