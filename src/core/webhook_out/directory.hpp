#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "core/webhook_out/types.hpp"

namespace pay::webhook_out {

/// The endpoints as this process knows them: set by the writer's thread with what a transaction has
/// read, so in the order of the commits. Any thread.
class Directory {
 public:
    using Endpoints = std::vector<Endpoint>;

    void set(Endpoints endpoints);
    std::shared_ptr<const Endpoints> all() const;
    /// Whether any endpoint is enabled: what every event asks first.
    bool any_enabled() const { return x_any_enabled; }
    bool any_wants(std::string_view type) const;

 private:
    mutable std::mutex x_mutex;
    std::shared_ptr<const Endpoints> x_endpoints = std::make_shared<const Endpoints>();
    std::atomic<bool> x_any_enabled{false};
};

}  // namespace pay::webhook_out
