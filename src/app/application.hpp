#pragma once

#include <memory>
#include <string>

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

/// Brings the databases to this version's schema.
void migrate_all(const std::string& database_url);

}  // namespace pay::app
