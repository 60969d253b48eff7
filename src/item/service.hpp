#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/http/router.hpp"
#include "core/runtime/engine.hpp"
#include "item/types.hpp"

namespace pay::item {

class Announcement;

/// The catalogue: what is sold and for how much. Made in app/wiring; it hears nothing from the bus.
class Service {
 public:
    using Command = item::Command;
    using Answer = item::Answer;
    using State = item::State;

    explicit Service(const Context& context);
    ~Service();

    Engine<Service>& engine() { return x_engine; }
    std::vector<http::Route> routes();
    /// As the engine's; and copies of the catalogue that are read now might miss items as long as
    /// not all of them were announced.
    std::optional<std::string> fault() const;
    /// Starts the engine; a new database has the first items in it when this returns. Throws
    /// Outage.
    void start();
    /// Publishes every item as it is now straight to the bus, each until it is taken, then calls
    /// `done` once, from any thread. After start(), once. Throws Outage if the items cannot be
    /// read.
    void announce(std::function<void()> done);
    /// As the engine's; what was not announced yet is at the next start.
    void stop_sending();

    Time now() const { return x_context.clock->now(); }

    State load(sql::Connection& connection, std::span<const Command* const> commands);
    Result<Answer> decide(
        State& state, const Command& command, Time now, std::vector<bus::Message>& messages
    );
    void save(sql::Transaction& transaction, const State& state);
    void committed(const State&) {}

 private:
    Context x_context;
    Engine<Service> x_engine;
    std::atomic<bool> x_announced{false};
    std::shared_ptr<Announcement> x_announcement;
};

}  // namespace pay::item
