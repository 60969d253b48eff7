#include "core/inbox/inbox.hpp"

#include <array>

namespace pay::inbox {
namespace {

constexpr std::array<std::string_view, 5> columns{"order_id", "action", "outcome", "code", "at"};
constexpr sql::Table table{"inbox", columns, 2};

constexpr std::string_view select_entries =
    "SELECT order_id, action, code, at FROM inbox WHERE order_id IN ";

}  // namespace

void load(
    sql::Connection& connection, std::span<const std::string_view> order_ids,
    const std::function<void(const Entry&)>& on_entry
) {
    sql::query_locked_in(
        connection, select_entries, order_ids, "PRIMARY",
        [&](const sql::Row& row) {
            on_entry({row.text(0), row.text(1), row.text(2), from_epoch_ms(row.integer(3))});
        }
    );
}

void save(sql::Transaction& transaction, std::span<const Entry> entries) {
    sql::Rows rows;
    for (const auto& entry : entries) {
        const std::string_view outcome = entry.code.empty() ? "done" : "refused";
        rows.add(entry.order_id, entry.action, outcome, entry.code, to_epoch_ms(entry.at));
    }
    sql::insert(transaction, table, rows);
}

}  // namespace pay::inbox
