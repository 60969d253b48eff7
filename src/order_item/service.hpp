#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "core/http/router.hpp"
#include "core/runtime/engine.hpp"
#include "order_item/types.hpp"

namespace pay::order_item {

/// What was bought, and who owns it. Made in app/wiring.
class Service {
 public:
    using Command = order_item::Command;
    using Answer = order_item::Answer;
    using State = order_item::State;

    explicit Service(const Context& context);

    Engine<Service>& engine() { return x_engine; }
    std::vector<http::Route> routes();
    /// Before start(), and before anybody publishes.
    void subscribe(bus::Bus& bus);
    /// Throws Outage if the database cannot be read.
    void start();
    /// As the engine's; and nothing is served before the copy of the catalogue holds something.
    std::optional<std::string> fault() const;

    catalogue::Readiness& catalogue() { return x_catalogue; }

    Time now() const { return x_clock->now(); }

    State load(sql::Connection& connection, std::span<const Command* const> commands);
    Result<Answer> decide(
        State& state, const Command& command, Time now, std::vector<bus::Message>& messages
    );
    void save(sql::Transaction& transaction, const State& state);
    void committed(const State& state);

 private:
    std::shared_ptr<const Clock> x_clock;
    catalogue::Readiness x_catalogue;
    Engine<Service> x_engine;
};

}  // namespace pay::order_item
