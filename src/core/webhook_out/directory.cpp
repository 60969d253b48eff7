#include "core/webhook_out/directory.hpp"

#include <algorithm>

namespace pay::webhook_out {

void Directory::set(Endpoints endpoints) {
    const bool any = std::ranges::any_of(endpoints, &Endpoint::enabled);
    auto made = std::make_shared<const Endpoints>(std::move(endpoints));
    const std::lock_guard lock(x_mutex);
    x_endpoints = std::move(made);
    x_any_enabled = any;
}

std::shared_ptr<const Directory::Endpoints> Directory::all() const {
    const std::lock_guard lock(x_mutex);
    return x_endpoints;
}

bool Directory::any_wants(std::string_view type) const {
    if (!x_any_enabled) return false;
    const auto endpoints = all();
    return std::ranges::any_of(*endpoints, [&](const Endpoint& each) { return each.wants(type); });
}

}  // namespace pay::webhook_out
