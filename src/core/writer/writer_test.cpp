#include "core/writer/writer.hpp"

#include <doctest/doctest.h>

#include <set>

#include "core/bus/local.hpp"
#include "core/runtime/engine.hpp"
#include "core/sql/scratch.hpp"
#include "core/writer/failing.hpp"
#include "core/writer/tally.hpp"

using namespace pay;
using namespace pay::test;

namespace {

const Time noon = from_epoch_ms(1'772'414'130'000);

/// Wakes those who wait whenever something happened.
class Bell {
 public:
    void ring() {
        const std::lock_guard lock(x_mutex);
        ++x_rings;
        x_rung.notify_all();
    }
    void await(const std::function<bool()>& enough) {
        std::unique_lock lock(x_mutex);
        x_rung.wait(lock, enough);
    }

 private:
    std::mutex x_mutex;
    std::condition_variable x_rung;
    int x_rings = 0;
};

struct House {
    explicit House(WriterLimits limits = {}) {
        database = storage->database("tally");
        auto connection = database->connect(sql::Mode::read_write);
        sql::migrate(*connection, migrations_of(tally_schema));
        writer = std::make_unique<Writer<Tally>>(
            tally, "here", std::make_unique<Failing>(std::move(connection), commits), relay, clock,
            WriterMetrics(metrics, "tally"), limits
        );
        tally.on_committed = [this] { committed.ring(); };
    }
    ~House() {
        relay.stop();
        io.stop();
        writer->stop();
    }

    std::future<Result<std::int64_t>> add(Add command, Writer<Tally>::Keep keep = {}) {
        return submit({std::move(command), {}, std::move(keep), "00-trace"});
    }
    std::future<Result<std::int64_t>> submit(Writer<Tally>::Job job) {
        auto promise = std::make_shared<std::promise<Result<std::int64_t>>>();
        auto future = promise->get_future();
        job.done = [promise](Result<std::int64_t> result) {
            promise->set_value(std::move(result));
        };
        writer->submit(std::move(job));
        return future;
    }
    std::int64_t rows(std::string_view table) {
        return count_in(*database->connect(sql::Mode::read_only), table);
    }

    sql::Scratch scratch;
    std::unique_ptr<sql::Storage> storage = sql::open_storage(scratch.url());
    std::unique_ptr<sql::Database> database;
    metrics::Metrics metrics;
    http::Io io{1};
    bus::Local bus;
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>(noon);
    std::shared_ptr<std::atomic<Commits>> commits =
        std::make_shared<std::atomic<Commits>>(Commits::pass);
    Tally tally;
    Bell committed;
    outbox::Relay relay{bus, io, metrics, "tally"};
    std::unique_ptr<Writer<Tally>> writer;
};

Writer<Tally>::Job from_bus(Add command) {
    Writer<Tally>::Job job{std::move(command), {}, {}, {}};
    job.comes_again = true;
    return job;
}

}  // namespace

TEST_CASE("what waits while a batch runs is one batch") {
    House house;
    Gate gate;
    std::vector<std::size_t> batches;
    house.tally.on_load = [&](std::size_t size) {
        batches.push_back(size);
        if (batches.size() == 1) gate.pass();
    };
    house.writer->start();
    auto first = house.add({"a"});
    gate.await_one();
    std::vector<std::future<Result<std::int64_t>>> others;
    std::mutex mutex;
    {
        std::vector<std::jthread> submitters;
        for (int i = 0; i < 4; ++i) {
            submitters.emplace_back([&] {
                for (int j = 0; j < 25; ++j) {
                    auto future = house.add({"b"});
                    const std::lock_guard lock(mutex);
                    others.push_back(std::move(future));
                }
            });
        }
    }
    gate.open();
    std::set<std::int64_t> answers;
    for (auto& other : others) answers.insert(other.get().value());
    CHECK(first.get().value() == 1);
    CHECK(answers.size() == 100);
    CHECK(*answers.rbegin() == 100);
    house.writer->stop();
    CHECK(batches == std::vector<std::size_t>{1, 100});
}

TEST_CASE("after a crowd the next batch gathers, but a lone command goes at once") {
    House house({.gather = std::chrono::hours{1}, .crowd = 3});
    std::vector<std::size_t> batches;
    house.tally.on_load = [&](std::size_t size) { batches.push_back(size); };
    auto first = house.add({"a"});
    auto second = house.add({"a"});
    house.writer->start();
    first.get().value();
    second.get().value();
    house.add({"a"}).get().value();  // two were no crowd, nor is one
    house.writer->stop();
    CHECK(batches == std::vector<std::size_t>{2, 1});
}

TEST_CASE("stopping does not wait for more") {
    House house({.gather = std::chrono::hours{1}, .crowd = 3});
    std::vector<std::size_t> batches;
    house.tally.on_load = [&](std::size_t size) { batches.push_back(size); };
    std::vector<std::future<Result<std::int64_t>>> crowd;
    for (int i = 0; i < 3; ++i) crowd.push_back(house.add({"a"}));
    house.writer->start();
    for (auto& answer : crowd) answer.get().value();
    auto one = house.add({"b"});
    auto other = house.add({"b"});
    house.writer->stop();
    CHECK(one.get().value() == 1);
    CHECK(other.get().value() == 2);
    CHECK(batches == std::vector<std::size_t>{3, 2});
}

TEST_CASE("a refusal or a fault in a batch fails no neighbour") {
    for (const Add& bad : {Add{"bad", 0}, Add{"bad", 1, true}}) {
        House house;
        auto before = house.add({"a"});
        auto fault = house.add(bad);
        auto after = house.add({"a"});
        house.writer->start();
        CHECK(before.get().value() == 1);
        CHECK(after.get().value() == 2);
        const auto result = fault.get();
        REQUIRE(!result);
        CHECK(result.error().code == (bad.throws ? Code::internal : Code::invalid));
        house.writer->stop();
        CHECK(house.rows("tally") == 1);
        CHECK(house.writer->healthy());
    }
}

TEST_CASE("an outage refuses until the database takes changes again") {
    House house;
    *house.commits = Commits::fail;
    house.writer->start();
    const auto lost = house.add({"a"}).get();
    REQUIRE(!lost);
    CHECK(lost.error().code == Code::unavailable);
    CHECK(!house.writer->healthy());
    CHECK(house.writer->congested());
    CHECK(house.rows("tally") == 0);
    *house.commits = Commits::pass;
    house.committed.await([&] { return house.rows("probe") == 1; });  // noticed without any command
    CHECK(house.add({"a"}).get().value() == 1);
    CHECK(house.writer->healthy());
}

TEST_CASE("a key is kept in the transaction of its effect, or not at all") {
    House house;
    const idempotency::Key key{"kim", "k1", "print"};
    const auto keep = [&](const Result<std::int64_t>& result) -> std::optional<idempotency::Entry> {
        return idempotency::Entry{key, "made", result ? 201 : 422, "body"};
    };
    house.writer->start();
    *house.commits = Commits::fail;
    CHECK(!house.add({"a"}, keep).get());
    const auto connection = house.database->connect(sql::Mode::read_only);
    CHECK(!idempotency::find(*connection, key));
    *house.commits = Commits::pass;
    CHECK(house.add({"a"}, keep).get());
    const auto entry = idempotency::find(*connection, key);
    REQUIRE(entry);
    CHECK(entry->status == 201);
    CHECK(entry->resource_id == "made");
    CHECK(!house.add({"a", 0}, keep).get());
    CHECK(idempotency::find(*connection, key)->status == 422);
}

TEST_CASE("a message is stored with its change and goes when it was taken") {
    House house;
    std::vector<bus::Message> heard;
    bus::Handled taken;
    std::promise<void> came;
    house.bus.subscribe(
        {"tally.events", "world",
         [&](const bus::Message& message, bus::Handled handled) {
             heard.push_back(message);
             taken = std::move(handled);
             came.set_value();
         }}
    );
    house.writer->start();
    house.add({"a", 1, false, true}).get().value();
    came.get_future().get();
    CHECK(house.rows("outbox") == 1);  // and none for the topic that nobody hears
    CHECK(house.relay.backlog() == 1);
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].id.starts_with("msg_"));
    CHECK(heard[0].traceparent == "00-trace");
    CHECK(heard[0].time == noon);
    taken(bus::Verdict::done);
    house.committed.await([&] { return house.rows("outbox") == 0; });
    CHECK(house.relay.backlog() == 0);
}

TEST_CASE("a message that was not taken is published again, and stopping takes its row along") {
    House house;
    std::atomic<int> times{0};
    std::promise<void> done;
    house.bus.subscribe({"tally.events", "world", [&](const bus::Message&, bus::Handled handled) {
                             const bool enough = ++times == 3;
                             handled(enough ? bus::Verdict::done : bus::Verdict::retry);
                             if (enough) done.set_value();
                         }});
    house.writer->start();
    house.add({"a", 1, false, true}).get().value();
    done.get_future().get();
    house.writer->stop();
    CHECK(times == 3);
    CHECK(house.rows("outbox") == 0);
}

TEST_CASE("the messages of a commit are one row, which goes when all of them were taken") {
    House house;
    std::mutex mutex;
    std::vector<bus::Handled> taken;
    std::promise<void> all;
    house.bus.subscribe({"tally.events", "world", [&](const bus::Message&, bus::Handled handled) {
                             const std::lock_guard lock(mutex);
                             taken.push_back(std::move(handled));
                             if (taken.size() == 3) all.set_value();
                         }});
    std::vector<std::future<Result<std::int64_t>>> answers;
    for (const char* name : {"a", "b", "c"}) answers.push_back(house.add({name, 1, false, true}));
    house.writer->start();
    for (auto& answer : answers) answer.get().value();
    all.get_future().get();
    CHECK(house.rows("outbox") == 1);
    CHECK(house.relay.backlog() == 3);
    taken[2](bus::Verdict::done);
    taken[0](bus::Verdict::done);
    CHECK(house.relay.backlog() == 1);
    CHECK(house.relay.take_sent().empty());
    taken[1](bus::Verdict::done);
    house.committed.await([&] { return house.rows("outbox") == 0; });
}

TEST_CASE("what comes again is done once the bus has its reply, which is not stored") {
    House house;
    std::promise<bus::Handled> came;
    house.bus.subscribe({"tally.replies", "order", [&](const bus::Message&, bus::Handled handled) {
                             came.set_value(std::move(handled));
                         }});
    house.writer->start();
    auto answer = house.submit(from_bus({.name = "a", .replies = true}));
    auto taken = came.get_future().get();
    CHECK(house.rows("tally") == 1);
    CHECK(house.rows("outbox") == 0);
    CHECK(answer.wait_for(std::chrono::seconds{0}) == std::future_status::timeout);
    taken(bus::Verdict::done);
    CHECK(answer.get().value() == 1);
    CHECK(house.relay.backlog() == 0);
}

TEST_CASE("a reply that was not taken is published again") {
    House house;
    std::atomic<int> times{0};
    house.bus.subscribe({"tally.replies", "order", [&](const bus::Message&, bus::Handled handled) {
                             handled(++times == 3 ? bus::Verdict::done : bus::Verdict::retry);
                         }});
    house.writer->start();
    CHECK(house.submit(from_bus({.name = "a", .replies = true})).get().value() == 1);
    CHECK(times == 3);
}

TEST_CASE("without the bus what comes again is not done, and comes again") {
    House house;
    house.bus.subscribe({"tally.replies", "order", [](const bus::Message&, bus::Handled) {}});
    house.writer->start();
    house.relay.stop();
    auto answer = house.submit(from_bus({.name = "a", .replies = true}));
    CHECK_THROWS_AS(answer.get(), std::future_error);  // `done` went uncalled
    CHECK(house.rows("tally") == 1);
}

TEST_CASE("the reply of what does not come again is stored") {
    House house;
    std::promise<bus::Handled> came;
    house.bus.subscribe({"tally.replies", "order", [&](const bus::Message&, bus::Handled handled) {
                             came.set_value(std::move(handled));
                         }});
    house.writer->start();
    house.add({.name = "a", .replies = true}).get().value();
    auto taken = came.get_future().get();
    CHECK(house.rows("outbox") == 1);
    taken(bus::Verdict::done);
    house.committed.await([&] { return house.rows("outbox") == 0; });
}

TEST_CASE("what a commit stored without saying so is sent once the database takes changes again") {
    House house;
    std::promise<std::string> sent;
    house.bus.subscribe({"tally.events", "world", [&](const bus::Message& message, auto handled) {
                             handled(bus::Verdict::done);
                             sent.set_value(message.key);
                         }});
    *house.commits = Commits::are_unconfirmed;
    house.writer->start();
    CHECK(house.add({"a", 1, false, true}).get().error().code == Code::unavailable);
    *house.commits = Commits::pass;
    CHECK(sent.get_future().get() == "a");
    house.committed.await([&] { return house.rows("outbox") == 0; });
}

TEST_CASE("a full queue refuses, and stopping finishes what is queued") {
    House house({.batch = 4, .queue = 10, .backlog = 10});
    std::vector<std::future<Result<std::int64_t>>> taken;
    for (int i = 0; i < 10; ++i) taken.push_back(house.add({"a"}));
    CHECK(house.writer->congested());
    CHECK(house.add({"a"}).get().error().code == Code::unavailable);
    house.writer->start();
    house.writer->stop();
    for (auto& future : taken) CHECK(future.get());
    CHECK(house.add({"a"}).get().error().code == Code::unavailable);
    CHECK(house.add({"a"}).wait_for(std::chrono::seconds{0}) == std::future_status::ready);
}

TEST_CASE("a caller that throws in its answer neither runs the batch again nor harms the next") {
    House house;
    house.writer->submit({Add{"a"}, [](Result<std::int64_t>) { throw std::runtime_error("a bug"); }}
    );
    auto next = house.add({"a"});
    house.writer->start();
    CHECK(next.get().value() == 2);
    CHECK(house.add({"a"}).get().value() == 3);
}

TEST_CASE("who begins to watch in an answer is told of the same batch") {
    House house;
    std::atomic<bool> watching{false};
    std::promise<bool> told;
    house.tally.on_committed = [&] { told.set_value(watching); };
    house.writer->submit({Add{"a"}, [&](Result<std::int64_t>) { watching = true; }});
    house.writer->start();
    CHECK(told.get_future().get());
}
