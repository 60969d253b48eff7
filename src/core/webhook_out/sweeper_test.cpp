#include "core/webhook_out/sweeper.hpp"

#include <doctest/doctest.h>

#include "core/webhook_out/hooked.hpp"
#include "core/webhook_out/rules.hpp"

using namespace pay;
using namespace pay::webhook_out;
using namespace pay::webhook_out::test;

namespace {

const Time noon = from_epoch_ms(1'772'414'130'000);
const Source source{"tally", "tally.events", {"tally.added"}};

/// A database without a service: what is read and written is done at once, where it is asked for.
struct Desk {
    Desk() {
        sql::migrate(*connection, schema);
        endpoint = make_endpoint("whe_1", {"https://a.b/", {"*"}, "", "r"}, "whsec_AAAA", noon);
    }
    SenderDesk desk() {
        return {
            [this](auto work, auto) {
                const std::lock_guard lock(mutex);
                work(*connection);
            },
            [this](dead_letter::Change change) { write(std::move(change)); },
            [this] { return leads; }, clock
        };
    }
    void write(dead_letter::Change change) {
        const std::lock_guard lock(mutex);
        ++writes;
        if (refusals > 0) {
            --refusals;
            return change.done(Error{Code::unavailable, {}, {}, {}});
        }
        std::vector<bus::Message> messages;
        sql::Transaction transaction(*connection);
        change.record(transaction, clock->now(), messages);
        transaction.commit();
        change.done(std::nullopt);
    }
    void add_endpoint() {
        sql::Transaction transaction(*connection);
        insert(transaction, endpoint);
        transaction.commit();
        directory.set({endpoint});
    }
    std::string add_delivery(std::optional<int> status) {
        auto made = make_delivery(endpoint, "msg_1", "tally.added", "{}", clock->now());
        if (status) {
            Attempt attempt{.number = 1, .status = *status};
            if (*status != 200) attempt.error = "no";
            settle(made, attempt, clock->now(), 0);
        }
        sql::Transaction transaction(*connection);
        insert(transaction, std::span(&made, 1));
        transaction.commit();
        return made.id;
    }
    std::int64_t rows(std::string_view table) {
        const std::lock_guard lock(mutex);
        return pay::test::count_in(*connection, table);
    }

    sql::Scratch scratch;
    std::unique_ptr<sql::Storage> storage = sql::open_storage(scratch.url());
    std::unique_ptr<sql::Database> database = storage->database("tally");
    std::unique_ptr<sql::Connection> connection = database->connect(sql::Mode::read_write);
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>(noon);
    metrics::Metrics metrics;
    Directory directory;
    Endpoint endpoint;
    std::recursive_mutex mutex;
    bool leads = true;
    int refusals = 0;
    int writes = 0;
};

}  // namespace

TEST_CASE("what waits is counted, and what is over for long enough goes") {
    Desk desk;
    Sweeper sweeper(desk.desk(), desk.directory, desk.metrics, source);
    sweeper.sweep();  // nothing there: nothing is asked
    CHECK(desk.metrics.text().contains("payments_webhook_out_waiting{service=\"tally\"} 0\n"));
    desk.add_endpoint();
    desk.add_delivery({});
    desk.add_delivery({});
    desk.add_delivery(200);
    desk.add_delivery(410);
    sweeper.sweep();
    CHECK(desk.metrics.text().contains("payments_webhook_out_waiting{service=\"tally\"} 2\n"));
    CHECK(desk.rows("webhook_delivery") == 4);
    desk.clock->advance(std::chrono::days{8});
    desk.leads = false;
    sweeper.sweep();
    CHECK(desk.rows("webhook_delivery") == 4);
    desk.leads = true;
    sweeper.sweep();
    CHECK(desk.rows("webhook_delivery") == 3);
    desk.clock->advance(std::chrono::days{30});
    desk.refusals = 1;
    sweeper.sweep();
    CHECK(desk.rows("webhook_delivery") == 3);
    sweeper.sweep();
    CHECK(desk.rows("webhook_delivery") == 2);
}

TEST_CASE("one sweep clears away all that is over, however much it is") {
    Desk desk;
    Sweeper sweeper(desk.desk(), desk.directory, desk.metrics, source);
    desk.add_endpoint();
    std::vector<Delivery> many;
    for (std::int64_t i = 0; i < 2 * Sweeper::batch + 1; ++i) {
        many.push_back(make_delivery(desk.endpoint, "msg_1", "tally.added", "{}", noon));
        settle(many.back(), {.number = 1, .status = 200}, noon, 0);
    }
    {
        sql::Transaction transaction(*desk.connection);
        insert(transaction, many);
        transaction.commit();
    }
    desk.clock->advance(std::chrono::days{8});
    desk.refusals = 1;  // what the database does not take is not tried again at once
    sweeper.sweep();
    CHECK(desk.writes == 1);
    sweeper.sweep();
    CHECK(desk.writes == 4);
    CHECK(desk.rows("webhook_delivery") == 0);
}

TEST_CASE("what waits for an endpoint that stays disabled goes, too; for others it waits") {
    Desk desk;
    Sweeper sweeper(desk.desk(), desk.directory, desk.metrics, source);
    desk.add_endpoint();
    desk.add_delivery({});
    desk.clock->advance(std::chrono::days{40});  // this process slept
    sweeper.sweep();
    CHECK(desk.rows("webhook_delivery") == 1);
    desk.endpoint.status = EndpointStatus::disabled;
    desk.directory.set({desk.endpoint});
    desk.add_delivery({});
    sweeper.sweep();
    CHECK(desk.rows("webhook_delivery") == 1);
    desk.clock->advance(std::chrono::days{31});
    sweeper.sweep();
    CHECK(desk.rows("webhook_delivery") == 0);
}

TEST_CASE("an endpoint that is deleted goes after all that was for it") {
    Desk desk;
    Sweeper sweeper(desk.desk(), desk.directory, desk.metrics, source);
    desk.add_endpoint();
    desk.add_delivery({});
    remove(desk.endpoint, noon);
    {
        sql::Transaction transaction(*desk.connection);
        update(transaction, desk.endpoint);
        transaction.commit();
    }
    desk.directory.set({desk.endpoint});
    sweeper.sweep();
    CHECK(desk.rows("webhook_delivery") == 0);
    sweeper.sweep();
    CHECK(desk.rows("webhook_endpoint") == 1);  // another instance may still write rows for it
    desk.clock->advance(std::chrono::minutes{11});
    sweeper.sweep();
    CHECK(desk.rows("webhook_endpoint") == 0);
}

TEST_CASE("what came of a call is written down once the database takes it; it is not sent again") {
    Desk desk;
    Receiver receiver;
    desk.endpoint.url = receiver.url();
    desk.add_endpoint();
    desk.refusals = 1;
    Sender sender(desk.desk(), desk.directory, desk.metrics, source, local());
    const auto id = desk.add_delivery({});
    sender.wake();
    CHECK(until([&] {
        const std::lock_guard lock(desk.mutex);
        return desk.writes == 1;
    }));
    sender.wake();
    CHECK(until([&] {
        sender.tick();
        const std::lock_guard lock(desk.mutex);
        return find_delivery(*desk.connection, id)->status == DeliveryStatus::delivered;
    }));
    CHECK(receiver.count() == 1);
    sender.stop();
}
