#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/options.hpp"

namespace pay::app {

/// All that `serve` runs, built and tied together: the only place that builds everything. Not from
/// an I/O thread.
class Application {
 public:
    /// Opens and binds everything, brings the databases to this version's schema; serves nothing
    /// yet. Throws BadUse, std::runtime_error or Outage with one clear line.
    explicit Application(ServeOptions options);
    ~Application();  ///< stop()

    /// Starts the services; returns when requests are taken.
    void start();
    /// Finishes what is in flight.
    void stop();
    std::string url() const;
    /// The hosted sandbox's; empty if there is none.
    std::string sandbox_url() const;
    /// Every method and path that is served, as Router::listing() gives them.
    const std::vector<std::string>& routes() const;

 private:
    struct Parts;
    std::unique_ptr<Parts> x_parts;
};

/// Told whose database is migrated next, how many were and how many there are.
using OnMigrating =
    std::function<void(std::string_view service, std::size_t done, std::size_t total)>;
/// Brings the databases to this version's schema; whose they are.
std::vector<std::string> migrate_all(const std::string& database_url, const OnMigrating& begin);

}  // namespace pay::app
