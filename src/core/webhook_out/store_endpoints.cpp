#include <array>

#include "core/json/names.hpp"
#include "core/webhook_out/store.hpp"

namespace pay::webhook_out {
namespace {

constexpr std::array<std::string_view, 12> columns{
    "id",
    "url",
    "events",
    "description",
    "status",
    "disabled_because",
    "secret",
    "previous_secret",
    "previous_until",
    "failing_since",
    "created_at",
    "updated_at",
};
constexpr sql::Table table{"webhook_endpoint", columns};

#define PAY_ENDPOINT_COLUMNS                                                            \
    "id, url, events, description, status, disabled_because, secret, previous_secret, " \
    "previous_until, failing_since, created_at, updated_at"
constexpr std::string_view select_all =
    "SELECT " PAY_ENDPOINT_COLUMNS " FROM webhook_endpoint ORDER BY id";
constexpr std::string_view select_locked =
    "SELECT " PAY_ENDPOINT_COLUMNS " FROM webhook_endpoint WHERE id IN ";
constexpr std::string_view update_works =
    "UPDATE webhook_endpoint SET failing_since = NULL "
    "WHERE id = ? AND failing_since IS NOT NULL";
constexpr std::string_view update_fails =
    "UPDATE webhook_endpoint SET failing_since = ? WHERE id = ? AND failing_since IS NULL";
constexpr std::string_view disable_gone =
    "UPDATE webhook_endpoint SET status = ?, disabled_because = ?, updated_at = ? "
    "WHERE id = ? AND status = ?";
constexpr std::string_view and_failing = " AND failing_since <= ?";
constexpr std::string_view delete_deleted =
    "DELETE FROM webhook_endpoint WHERE id = ? AND status = ?";

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

std::string line_of(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

std::optional<Time> time_of(std::optional<std::int64_t> ms) {
    return ms ? std::optional{from_epoch_ms(*ms)} : std::nullopt;
}

sql::Value value_of(const std::optional<Time>& time) {
    return time ? sql::Value{to_epoch_ms(*time)} : sql::Value{nullptr};
}

Endpoint read_endpoint(const sql::Row& row) {
    Endpoint endpoint;
    endpoint.id = row.text(0);
    endpoint.url = row.text(1);
    endpoint.events = words_of(row.text(2));
    endpoint.description = row.text(3);
    endpoint.status = json::named<EndpointStatus>(row.text(4));
    if (!row.text(5).empty()) endpoint.disabled_because = json::named<DisabledBecause>(row.text(5));
    endpoint.secret = row.text(6);
    endpoint.previous_secret = row.text(7);
    endpoint.previous_until = time_of(row.optional_integer(8));
    endpoint.failing_since = time_of(row.optional_integer(9));
    endpoint.created_at = from_epoch_ms(row.integer(10));
    endpoint.updated_at = from_epoch_ms(row.integer(11));
    return endpoint;
}

void add(sql::Rows& rows, const Endpoint& endpoint) {
    const auto& because = endpoint.disabled_because;
    rows.add(
        std::string_view{endpoint.id}, std::string_view{endpoint.url},
        rows.keep(line_of(endpoint.events)), std::string_view{endpoint.description},
        json::name_of(endpoint.status), because ? json::name_of(*because) : std::string_view{},
        std::string_view{endpoint.secret}, std::string_view{endpoint.previous_secret},
        value_of(endpoint.previous_until), value_of(endpoint.failing_since),
        to_epoch_ms(endpoint.created_at), to_epoch_ms(endpoint.updated_at)
    );
}

}  // namespace

std::vector<Endpoint> list_endpoints(sql::Connection& connection) {
    std::vector<Endpoint> endpoints;
    connection.query(select_all, {}, [&](const sql::Row& row) {
        endpoints.push_back(read_endpoint(row));
    });
    return endpoints;
}

std::optional<Endpoint> find_endpoint(sql::Transaction& transaction, std::string_view id) {
    std::optional<Endpoint> endpoint;
    const std::array<std::string_view, 1> keys{id};
    sql::query_locked_in(
        transaction.connection(), select_locked, keys, "PRIMARY",
        [&](const sql::Row& row) { endpoint = read_endpoint(row); }
    );
    if (endpoint && endpoint->deleted()) return std::nullopt;
    return endpoint;
}

void insert(sql::Transaction& transaction, const Endpoint& endpoint) {
    sql::Rows rows;
    add(rows, endpoint);
    sql::insert(transaction, table, rows);
}

void update(sql::Transaction& transaction, const Endpoint& endpoint) {
    sql::Rows rows;
    add(rows, endpoint);
    sql::upsert(transaction, table, rows);
}

void forget(sql::Transaction& transaction, std::string_view endpoint_id) {
    const std::array<sql::Value, 2> values{endpoint_id, json::name_of(EndpointStatus::deleted)};
    transaction.connection().execute(delete_deleted, values);
}

void note_success(sql::Transaction& transaction, std::string_view endpoint_id) {
    transaction.connection().execute(update_works, std::array<sql::Value, 1>{endpoint_id});
}

std::optional<DisabledBecause> note_failure(
    sql::Transaction& transaction, std::string_view endpoint_id, const Attempt& attempt, Time now
) {
    using enum DisabledBecause;
    auto& connection = transaction.connection();
    const std::array<sql::Value, 2> since{to_epoch_ms(now), endpoint_id};
    connection.execute(update_fails, since);
    const auto because = attempt.gone() ? gone : failing;
    std::string statement(disable_gone);
    std::vector<sql::Value> values{
        json::name_of(EndpointStatus::disabled), json::name_of(because), to_epoch_ms(now),
        endpoint_id, json::name_of(EndpointStatus::enabled)
    };
    if (!attempt.gone()) {
        statement += and_failing;
        // A little less than the day: the last try of the delivery that failed first must tell.
        values.emplace_back(to_epoch_ms(now - (patience - std::chrono::minutes{1})));
    }
    if (connection.execute(statement, values) == 0) return std::nullopt;
    return because;
}

}  // namespace pay::webhook_out
