#include <doctest/doctest.h>

#include <array>

#include "core/bus/local.hpp"
#include "core/runtime/engine.hpp"
#include "core/sql/one_of_many.hpp"
#include "core/sql/scratch.hpp"
#include "core/writer/tally.hpp"

using namespace pay;
using namespace pay::test;

namespace {

const Time noon = from_epoch_ms(1'772'414'130'000);

struct Town {
    sql::Scratch scratch;
    sql::OneOfMany storage{scratch.url(), true};
    metrics::Metrics metrics;
    http::Io io{1};
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>(noon);
};

/// One of the processes.
struct Instance {
    Instance(Town& its_town, const std::string& name, bool listens = true) : town(its_town) {
        if (listens) {
            bus.subscribe(
                {"tally.events", "world",
                 [this](const bus::Message& message, bus::Handled handled) {
                     handled(on_message ? on_message(message) : bus::Verdict::done);
                 }}
            );
        }
        engine = std::make_unique<Engine<Tally>>(
            Context{town.storage, bus, town.io, town.metrics, town.clock, name}, "tally",
            tally_schema, tally
        );
    }
    ~Instance() { stop(); }
    void start() { engine->start(); }
    void stop() {
        if (!engine) return;
        engine->stop_sending();
        engine->stop();
        engine.reset();
    }

    std::future<http::Response> send(
        const CallHandler& handler, const std::string& key = "k", const std::string& body = {}
    ) {
        http::Request request;
        request.method = http::Method::post;
        request.path = "/v1/tally";
        request.body = body;
        request.caller.user_id = "kim";
        request.headers.emplace_back("idempotency-key", key);
        auto promise = std::make_shared<std::promise<http::Response>>();
        auto future = promise->get_future();
        engine->keyed(handler)(
            std::move(request),
            http::Responder(
                [promise](http::Response response) { promise->set_value(std::move(response)); },
                http::Language::en, "/v1/tally"
            )
        );
        return future;
    }
    void add(std::shared_ptr<Call> call) {
        engine->execute(
            std::move(call), Add{"a", 1, false, true}, Engine<Tally>::no_operator(),
            [](const std::int64_t& count) {
                return http::json_response(201, std::to_string(count));
            }
        );
    }
    CallHandler adding() {
        return [this](std::shared_ptr<Call> call) { add(std::move(call)); };
    }
    /// A call that makes something and then goes on, as one that waits for the gateway.
    CallHandler beginning(std::promise<std::shared_ptr<Call>>& begun) {
        return [this, &begun](std::shared_ptr<Call> call) {
            call->resource_id = "made";
            Writer<Tally>::Job job{Add{"a"}, {}, {}, {}};
            job.keep = [call](const Result<std::int64_t>&) { return call->unfinished(); };
            job.done = [call, &begun](const Result<std::int64_t>&) { begun.set_value(call); };
            engine->writer().submit(std::move(job));
        };
    }
    std::int64_t rows(std::string_view table) {
        return count_in(*engine->database().connect(sql::Mode::read_only), table);
    }

    Town& town;
    Tally tally;
    std::function<bus::Verdict(const bus::Message&)> on_message;
    bus::Local bus;
    std::unique_ptr<Engine<Tally>> engine;
};

bool runs(const http::Response& response) {
    return response.status == 409 && response.body.find("IN_PROGRESS") != response.body.npos;
}

}  // namespace

TEST_CASE("the same key on two instances at once has one effect") {
    Town town;
    Instance first(town, "first");
    Instance second(town, "second");
    first.start();
    second.start();
    std::promise<std::shared_ptr<Call>> looked;
    // The first one has found no row for the key when the second one's call comes and goes.
    auto late = first.send([&](std::shared_ptr<Call> call) { looked.set_value(std::move(call)); });
    auto call = looked.get_future().get();
    CHECK(second.send(second.adding()).get().body == "1");
    first.add(std::move(call));
    CHECK(runs(late.get()));
    const auto again = first.send(first.adding()).get();
    CHECK(again.body == "1");
    CHECK(http::find(again.headers, "Idempotency-Replayed") == "true");
}

TEST_CASE("a key whose call goes on elsewhere is refused until it ends or a minute is over") {
    Town town;
    Instance first(town, "first");
    Instance second(town, "second");
    first.start();
    second.start();
    std::promise<std::shared_ptr<Call>> begun;
    auto answer = first.send(first.beginning(begun));
    auto call = begun.get_future().get();
    CHECK(runs(second.send(second.adding()).get()));
    std::string resource;
    const auto go_on = [&](Instance& instance) {
        return instance
            .send([&](std::shared_ptr<Call> repeat) {
                resource = repeat->resource_id;
                repeat->send(http::json_response(503, "{}"));
            })
            .get();
    };

    SUBCASE("it ends with an answer that is not kept") {
        first.engine->answer(call, http::json_response(503, "{}"));
        CHECK(answer.get().status == 503);
        go_on(second);
        CHECK(resource == "made");
    }
    SUBCASE("it ends with an answer that is kept") {
        first.engine->answer(call, http::json_response(201, "kept"));
        CHECK(answer.get().status == 201);
        CHECK(second.send(second.adding()).get().body == "kept");
    }
    SUBCASE("a minute is over") {
        town.clock->advance(idempotency::hold_time);
        go_on(second);
        CHECK(resource == "made");
    }
    SUBCASE("it sleeps, and another has given the answer when it wakes") {
        town.clock->advance(idempotency::hold_time);
        CHECK(second.send(second.adding()).get().status == 201);
        first.engine->answer(call, http::json_response(503, "{}"));
        CHECK(answer.get().status == 503);
        CHECK(second.send(second.adding()).get().body == "2");
        CHECK(first.send(first.adding()).get().body == "2");
    }
    SUBCASE("its process dies and starts again under its name") {
        call->send(http::json_response(500, "{}"));
        call.reset();
        first.stop();
        Instance restarted(town, "first");
        restarted.start();
        go_on(restarted);
        CHECK(resource == "made");
    }
}

TEST_CASE("each of the calls that are looked up at once gets what its own key has") {
    Town town;
    Instance first(town, "first");
    Instance second(town, "second");
    first.start();
    second.start();
    const auto begin = [&](const std::string& key) {
        std::promise<std::shared_ptr<Call>> begun;
        first.send(first.beginning(begun), key);
        return begun.get_future().get();
    };
    const auto running = begin("running");
    first.engine->answer(begin("ended"), http::json_response(503, "{}"));
    const CallHandler keep = [&](std::shared_ptr<Call> call) {
        first.engine->answer(call, http::json_response(201, "kept"));
    };
    for (const auto* const key : {"kept", "used"}) first.send(keep, key).get();
    std::array<Gate, Engine<Tally>::reading_threads> gates;
    for (auto& gate : gates) {
        second.engine->readers().run([&gate](sql::Connection&) { gate.pass(); }, [] {});
        gate.await_one();
    }
    const CallHandler tell = [&](std::shared_ptr<Call> call) {
        second.engine->answer(call, http::json_response(200, "made: " + call->resource_id));
    };
    std::vector<std::future<http::Response>> answers;
    for (const auto* const key : {"fresh", "running", "kept", "ended", "fresh"}) {
        answers.push_back(second.send(tell, key));
    }
    answers.push_back(second.send(tell, "used", "another body"));
    for (auto& gate : gates) gate.open();
    CHECK(answers[0].get().body == "made: ");
    CHECK(runs(answers[1].get()));
    CHECK(answers[2].get().body == "kept");
    CHECK(answers[3].get().body == "made: made");
    CHECK(runs(answers[4].get()));  // on this instance: no look-up
    const auto reused = answers[5].get();
    CHECK(reused.status == 422);
    CHECK(reused.body.find("IDEMPOTENCY_KEY_REUSED") != reused.body.npos);
}

TEST_CASE("what a dead instance left unsent is sent by the one that leads") {
    Town town;
    {
        Instance dead(town, "dead");
        std::promise<void> refused;
        dead.on_message = [&, once = false](const bus::Message&) mutable {
            if (!std::exchange(once, true)) refused.set_value();
            return bus::Verdict::retry;
        };
        dead.start();
        CHECK(dead.send(dead.adding()).get().status == 201);
        refused.get_future().wait();
    }
    Instance living(town, "living");
    std::promise<std::string> sent;
    living.on_message = [&](const bus::Message& message) {
        sent.set_value(message.key);
        return bus::Verdict::done;
    };
    living.start();
    auto came = sent.get_future();
    // It sees the other's beat at its own first one; it is dead when that stands still.
    while (came.wait_for(std::chrono::milliseconds{50}) != std::future_status::ready) {
        town.clock->advance(Instances::dead_after / 2);
    }
    CHECK(came.get() == "a");
    CHECK(living.engine->instances().leads());
}
