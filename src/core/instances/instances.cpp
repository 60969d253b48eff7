#include "core/instances/instances.hpp"

#include <array>

namespace pay {
namespace {

constexpr std::array<std::string_view, 2> columns{"name", "beat"};
constexpr sql::Table table{"instance", columns};
constexpr std::string_view select_beats = "SELECT name, beat FROM instance";

}  // namespace

Instances::Instances(std::string name, bool shared)
    : x_name(std::move(name)), x_shared(shared), x_leads(!shared) {}

void Instances::beat(sql::Transaction& transaction, Time now) {
    if (!x_shared) return;
    Beats beats;
    transaction.connection().query(select_beats, {}, [&](const sql::Row& row) {
        beats.emplace(row.text(0), row.integer(1));
    });
    sql::Rows own;
    own.add(std::string_view{x_name}, ++beats[x_name]);
    sql::upsert(transaction, table, own);
    const auto dead = look(beats, now);
    const std::vector<std::string_view> names(dead.begin(), dead.end());
    sql::delete_in(transaction, table.name, "name", names);
}

std::vector<std::string> Instances::look(const Beats& beats, Time now) {
    const std::lock_guard lock(x_mutex);
    std::erase_if(x_seen, [&](const auto& entry) { return !beats.contains(entry.first); });
    std::vector<std::string> dead;
    for (const auto& [name, beat] : beats) {
        auto [place, fresh] = x_seen.try_emplace(name, Seen{beat, now});
        auto& seen = place->second;
        if (fresh || seen.beat != beat || name == x_name) seen = {beat, now};
        if (now - seen.since >= dead_after) dead.push_back(name);
    }
    for (const auto& name : dead) x_seen.erase(name);
    x_leads = x_seen.begin()->first == x_name;
    return dead;
}

std::vector<std::string> Instances::living() const {
    const std::lock_guard lock(x_mutex);
    std::vector<std::string> names;
    for (const auto& [name, seen] : x_seen) names.push_back(name);
    return names;
}

std::vector<Instances::Living> Instances::seen() const {
    if (!x_shared) return {{x_name, true, 0}};
    const std::lock_guard lock(x_mutex);
    std::vector<Living> living;
    for (const auto& [name, seen] : x_seen) living.push_back({name, living.empty(), seen.beat});
    return living;
}

}  // namespace pay
