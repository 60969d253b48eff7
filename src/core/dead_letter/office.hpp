#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/runtime/engine.hpp"
#include "core/writer/tally.hpp"
#include "ground.hpp"

namespace pay::dead_letter::test {

using pay::test::Add;
using pay::test::Tally;

inline constexpr std::string_view topic = "tally.commands";

/// A service that adds up what its messages name by their payloads, and answers as the test's
/// script says: `judge` decides, and what it finds done is added.
struct Office {
    explicit Office(Tries its_tries = {.most = 3, .first_pause = Duration{1}}) : tries(its_tries) {
        open();
    }
    ~Office() { close(); }

    void open() {
        storage = sql::open_storage(folder.url());
        bus = std::make_unique<bus::Local>();
        io = std::make_unique<http::Io>(2);
        dead = std::make_unique<pay::test::Listener>(*bus, std::string(topic) + ".dead");
        Context context{*storage, *bus, *io, metrics, clock, "office-1", tries};
        engine = std::make_unique<Engine<Tally>>(context, "tally", pay::test::tally_schema, tally);
        engine->subscribe(*bus, subscription());
        front = std::make_unique<pay::test::Front>(clock, engine->operator_routes());
        engine->start();
        bus->start();
    }
    void close() {
        if (!engine) return;
        engine->stop_sending();
        engine->stop();
        io->stop();
        front.reset();
        engine.reset();
        io.reset();
        bus.reset();
        storage.reset();
    }

    Subscription subscription() {
        return {
            std::string(topic), "tally",
            [this](const bus::Message& message, Answered answered) {
                take(message, std::move(answered));
            }
        };
    }
    void take(const bus::Message& message, Answered answered) {
        Outcome outcome;
        {
            const std::lock_guard lock(mutex);
            tried.push_back(message.payload);
            if (withheld) return withheld->set_value(std::move(answered));
            outcome = judge(message);
        }
        if (outcome.kind != Outcome::Kind::done) return answered(std::move(outcome));
        const bool fails = message.payload.starts_with("fatal");
        engine->execute(message, Add{message.payload, 1, fails}, std::move(answered));
    }

    /// Whether the bus may forget the message.
    std::future<bool> publish(
        const std::string& payload, const std::string& key = "kim", const std::string& id = ""
    ) {
        bus::Message message;
        message.id = id.empty() ? make_id(prefix::message, clock->now()) : id;
        message.topic = topic;
        message.key = key;
        message.type = "add";
        message.payload = payload;
        message.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        message.time = clock->now();
        auto settled = std::make_shared<std::promise<bool>>();
        auto future = settled->get_future();
        bus->publish(message, [settled](bool taken) { settled->set_value(taken); });
        return future;
    }
    void script(std::function<Outcome(const bus::Message&)> its_judge) {
        const std::lock_guard lock(mutex);
        judge = std::move(its_judge);
    }
    std::vector<std::string> tries_so_far() {
        const std::lock_guard lock(mutex);
        return tried;
    }
    std::vector<Letter> letters() {
        return list(*engine->database().connect(sql::Mode::read_only), "zzzz", 100);
    }
    /// The parked letter whose message has this payload.
    Letter letter(const std::string& payload) {
        auto connection = engine->database().connect(sql::Mode::read_only);
        for (const auto& listed : letters()) {
            auto whole = find(*connection, listed.id);
            if (whole->message.payload == payload) return *whole;
        }
        throw std::runtime_error("no letter holds " + payload);
    }
    std::int64_t counted(const std::string& payload) {
        std::int64_t value = 0;
        engine->database()
            .connect(sql::Mode::read_only)
            ->query(
                "SELECT count FROM tally WHERE name = ?",
                std::array<sql::Value, 1>{std::string_view{payload}},
                [&](const sql::Row& row) { value = row.integer(0); }
            );
        return value;
    }
    http::Response post(
        const std::string& id, const std::string& action, const std::string& body = "",
        const std::string& key = ""
    ) {
        return front->ask(
            http::Method::post, "root", "/v1/admin/tally/dead-letters/" + id + "/" + action, body,
            key
        );
    }
    http::Response get(const std::string& below = "", const std::string& who = "root") {
        return front->get(who, "/v1/admin/tally/dead-letters" + below);
    }

    const sql::ScratchFolder folder;
    const std::shared_ptr<ManualClock> clock =
        std::make_shared<ManualClock>(from_epoch_ms(1'772'414'130'000));
    const Tries tries;
    metrics::Metrics metrics;
    Tally tally;
    std::mutex mutex;
    std::function<Outcome(const bus::Message&)> judge = [](const bus::Message& message) {
        return message.payload.starts_with("bad") ? refused("it is bad") : done();
    };
    std::optional<std::promise<Answered>> withheld;  ///< if set: takes the answer of one message
    std::vector<std::string> tried;                  ///< payloads, as the handler met them
    std::unique_ptr<sql::Storage> storage;
    std::unique_ptr<bus::Local> bus;
    std::unique_ptr<http::Io> io;
    std::unique_ptr<pay::test::Listener> dead;  ///< what is announced
    std::unique_ptr<Engine<Tally>> engine;
    std::unique_ptr<pay::test::Front> front;
};

inline bool is_open(const std::future<bool>& verdict) {
    return verdict.wait_for(std::chrono::seconds{0}) == std::future_status::timeout;
}

}  // namespace pay::dead_letter::test
