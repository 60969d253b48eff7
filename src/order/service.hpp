#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/runtime/engine.hpp"
#include "order/rules.hpp"
#include "order/watchers.hpp"

namespace pay::order {

/// The order service's side of the writer: its database, its rules, and who is told of changes.
class Service {
 public:
    using Command = order::Command;
    using Answer = order::Answer;

    Service(const Context& context, Settings settings);

    State load(sql::Connection& connection, std::span<const Command* const> commands);
    Result<Answer> decide(
        State& state, const Command& command, Time now, std::vector<bus::Message>& messages
    );
    /// Keeps, too, the answers that the changes end calls with.
    void save(sql::Transaction& transaction, State& state);
    void committed(const State& state);

    Engine<Service>& engine() { return x_engine; }
    const std::shared_ptr<Watchers>& watchers() const { return x_watchers; }
    const Settings& settings() const { return x_settings; }
    Time now() const { return x_clock->now(); }
    /// Why it cannot take requests now; nothing if it can.
    std::optional<std::string> fault();
    /// The engine, and the looks at what other instances change.
    void start();
    void stop_sending();
    catalogue::Readiness& catalogue() { return x_catalogue; }

 private:
    static constexpr Duration look_pause{250};
    void look_at_watched();

    http::Io& x_io;
    Settings x_settings;
    std::shared_ptr<const Clock> x_clock;
    std::shared_ptr<Watchers> x_watchers = std::make_shared<Watchers>();
    catalogue::Readiness x_catalogue;
    std::atomic<bool> x_looking{false};
    std::map<Status, metrics::Counter*> x_changes;
    std::vector<Closing> x_closings;  ///< of the transaction that is saved; on the writer's thread
    Engine<Service> x_engine;
    std::unique_ptr<Repeating> x_looks;
};

/// The migrations of the order service's database.
std::vector<EmbeddedFile> migrations();

}  // namespace pay::order
