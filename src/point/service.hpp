#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/http/router.hpp"
#include "core/runtime/engine.hpp"
#include "point/expiry_job.hpp"
#include "point/sealer.hpp"
#include "point/types.hpp"

namespace pay::point {

/// The users' points. Made in app/wiring.
class Service {
 public:
    using Command = Instruction;
    using Answer = Standing;
    using State = point::State;

    explicit Service(const Context& context, Settings settings = {});

    Engine<Service>& engine() { return x_engine; }
    std::vector<http::Route> routes();
    /// Before start(), and before anybody publishes.
    void subscribe(bus::Bus& bus);
    void start();
    void stop_sending();
    std::optional<std::string> fault() const { return x_engine.fault(); }

    Time now() const { return x_clock->now(); }

    State load(sql::Connection& connection, std::span<const Instruction* const> instructions);
    Result<Standing> decide(
        State& state, const Instruction& instruction, Time now, std::vector<bus::Message>& messages
    );
    void save(sql::Transaction& transaction, const State& state);
    void committed(const State&) {}

 private:
    const Settings x_settings;
    std::shared_ptr<const Clock> x_clock;
    Engine<Service> x_engine;
    ExpiryJob x_expiry;
    Sealer x_sealer;
};

}  // namespace pay::point
