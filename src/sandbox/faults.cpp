#include "sandbox/faults.hpp"

#include <algorithm>

namespace pay::sandbox {
namespace {

constexpr std::array<std::string_view, fault_count> names{
    "decline_confirm",
    "drop_after_confirm",
    "refuse_cancel",
    "drop_after_cancel",
    "decline_charge",
    "drop_after_charge",
    "drop_after_reserve",
    "withhold_consent",
    "delay",
    "http_500",
    "garbage",
    "refuse_connection",
    "expire_token",
    "webhook_lost",
    "webhook_double",
    "webhook_late",
    "webhook_reorder",
};

std::size_t index_of(Fault fault) {
    return static_cast<std::size_t>(fault);
}

}  // namespace

std::string_view name_of(Fault fault) {
    return names[index_of(fault)];
}

std::optional<Fault> fault_named(std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<Fault>(found - names.begin());
}

bool strikes_any_call(Fault fault) {
    return fault >= Fault::delay && fault <= Fault::expire_token;
}

void Faults::set(Fault fault, FaultSetting setting) {
    const std::lock_guard lock(x_mutex);
    x_settings[index_of(fault)] = std::move(setting);
    x_any = true;
}

void Faults::clear() {
    const std::lock_guard lock(x_mutex);
    x_settings.fill(std::nullopt);
    x_any = false;
}

std::vector<std::pair<Fault, FaultSetting>> Faults::list() const {
    std::vector<std::pair<Fault, FaultSetting>> list;
    const std::lock_guard lock(x_mutex);
    for (std::size_t i = 0; i < fault_count; ++i) {
        if (x_settings[i]) list.emplace_back(static_cast<Fault>(i), *x_settings[i]);
    }
    return list;
}

std::optional<FaultSetting> Faults::take(Fault fault, std::string_view path) {
    if (!x_any) return std::nullopt;
    const std::lock_guard lock(x_mutex);
    auto& held = x_settings[index_of(fault)];
    if (held && !held->path.empty() && held->path != path) return std::nullopt;
    const auto taken = held;
    if (held && held->times && --*held->times == 0) held.reset();
    x_any =
        std::ranges::any_of(x_settings, [](const auto& setting) { return setting.has_value(); });
    return taken;
}

}  // namespace pay::sandbox
