#include "app/order_file.hpp"

#include <array>

#include "app/still_database.hpp"
#include "core/json/names.hpp"
#include "core/runtime/engine.hpp"
#include "core/sql/reading.hpp"
#include "order/messages.hpp"
#include "order/service.hpp"
#include "order/timeline.hpp"
#include "order_item/store.hpp"
#include "point/store.hpp"

namespace pay::app {
namespace {

// What changed the balance of whose order it is: a line for each transaction, as in a wallet's
// list.
constexpr std::string_view select_points =
    "SELECT transaction_id, MIN(user_id), SUM(points), MIN(balance_after), MIN(reason), MIN(at) "
    "FROM ledger_entry WHERE order_id = ? AND account IN ('paid', 'bonus') "
    "GROUP BY transaction_id ORDER BY transaction_id";

/// Whether anybody reads what orders tell the world is only known to the server: it is left out.
bool is_surely_read(std::string_view topic) {
    return topic != order::events_topic;
}

std::optional<SavedItemView> saved_item(sql::Storage& storage, std::string_view order_id) {
    StillDatabase database(storage, "order_item", migrations_of(order_item::migrations()));
    const auto item = order_item::find_by_order(database.connection(), order_id);
    if (!item) return std::nullopt;
    return SavedItemView{item->id, item->created_at, item->revoked_at};
}

std::vector<point::LedgerEntry> points_of(sql::Storage& storage, std::string_view order_id) {
    StillDatabase database(storage, "point", migrations_of(point::migrations()));
    std::vector<point::LedgerEntry> entries;
    const std::array<sql::Value, 1> values{order_id};
    database.connection().query(select_points, values, [&](const sql::Row& row) {
        entries.push_back({
            .id = std::string(row.text(0)),
            .user_id = std::string(row.text(1)),
            .delta = Points{row.integer(2)},
            .balance_after = Points{row.integer(3)},
            .reason = json::named<point::Reason>(row.text(4)),
            .order_id = std::string(order_id),
            .at = from_epoch_ms(row.integer(5)),
        });
    });
    return entries;
}

}  // namespace

std::optional<OrderFile> find_order_file(
    sql::Storage& storage, std::string_view order_id, Time now
) {
    OrderFile file;
    {
        StillDatabase database(storage, "order", migrations_of(order::migrations()));
        const auto dossier = order::find_dossier(database.connection(), order_id);
        if (!dossier) return std::nullopt;
        auto page = order::page_of(*dossier, order::Settings{}, now, http::Language::en);
        file.order = std::move(page.order);
        file.receipt = std::move(page.receipt);
        file.refunds = std::move(page.refunds);
        file.cancellations = std::move(page.cancellations);
        file.webhooks = std::move(page.webhooks);
        file.waits = page.waits;
        file.timeline = order::timeline_of(*dossier, http::Language::en, is_surely_read);
    }
    file.order_item = saved_item(storage, order_id);
    file.points = points_of(storage, order_id);
    return file;
}

}  // namespace pay::app
