#include "order_item/store.hpp"

#include <array>

#include "catalogue/catalogue.hpp"
#include "core/json/names.hpp"
#include "core/sql/values.hpp"

namespace pay::order_item {
namespace {

constexpr std::array<std::string_view, 11> columns{"id",         "order_id",   "user_id",
                                                   "item_id",    "item_name",  "kind",
                                                   "amount",     "points",     "created_at",
                                                   "revoked_at", "entitlement"};
constexpr sql::Table table{"order_item", columns};

constexpr std::string_view select_by_ids = R"(
    SELECT id, order_id, user_id, item_id, item_name, kind, amount, points, created_at, revoked_at
    FROM order_item WHERE id IN )";
constexpr std::string_view select_by_orders = R"(
    SELECT id, order_id, user_id, item_id, item_name, kind, amount, points, created_at, revoked_at
    FROM order_item WHERE order_id IN )";
constexpr std::string_view select_page_of_user = R"(
    SELECT id, order_id, user_id, item_id, item_name, kind, amount, points, created_at, revoked_at
    FROM order_item WHERE user_id = ? AND id < ? ORDER BY id DESC LIMIT ?)";
constexpr std::string_view select_page = R"(
    SELECT id, order_id, user_id, item_id, item_name, kind, amount, points, created_at, revoked_at
    FROM order_item WHERE id < ? ORDER BY id DESC LIMIT ?)";
constexpr std::string_view select_owners = R"(
    SELECT entitlement, order_id FROM order_item WHERE entitlement IN )";

OrderItem order_item_of(const sql::Row& row) {
    const auto revoked_at = row.optional_integer(9);
    return {
        .id = std::string(row.text(0)),
        .order_id = std::string(row.text(1)),
        .user_id = std::string(row.text(2)),
        .item_id = std::string(row.text(3)),
        .item_name = std::string(row.text(4)),
        .kind = json::named<ItemKind>(row.text(5)),
        .amount = sql::optional_count<WonUnit>(row, 6),
        .points = sql::optional_count<PointUnit>(row, 7),
        .created_at = from_epoch_ms(row.integer(8)),
        .revoked_at = revoked_at ? std::optional{from_epoch_ms(*revoked_at)} : std::nullopt,
    };
}

std::optional<OrderItem> find_one(
    sql::Connection& connection, std::string_view select, std::string_view key
) {
    std::optional<OrderItem> item;
    const std::array<std::string_view, 1> keys{key};
    sql::query_in(connection, select, keys, "", [&](const sql::Row& row) {
        item = order_item_of(row);
    });
    return item;
}

/// What a batch touches.
struct Keys {
    std::set<std::string_view> orders;
    std::set<std::string> entitlements;
    std::set<std::string_view> items;
    void add(const SaveItem& save) {
        orders.insert(save.asked.order_id);
        if (save.asked.kind != ItemKind::content) return;
        entitlements.insert(entitlement_of(save.asked.user_id, save.asked.item_id));
    }
    void add(const Revoke& revoke) { orders.insert(revoke.order_id); }
    void add(const item::Changed& item) { items.insert(item.id); }
};

/// In the order of the keys, so that instances lock rows in one order.
std::vector<std::string_view> list_of(const auto& keys) {
    return {keys.begin(), keys.end()};
}

/// Rows to write, and the texts made for them alone.
class ItemRows {
 public:
    ItemRows(const State& state, const std::set<std::string>& orders) {
        x_entitlements.reserve(orders.size());
        for (const auto& order : orders) add(state.items.at(order));
    }
    const sql::Rows& rows() const { return x_rows; }

 private:
    void add(const OrderItem& item) {
        sql::Value entitlement{nullptr};
        if (item.entitles()) {
            entitlement = x_entitlements.emplace_back(entitlement_of(item.user_id, item.item_id));
        }
        x_rows.add(
            item.id, item.order_id, item.user_id, item.item_id, item.item_name,
            json::name_of(item.kind), sql::value_of(item.amount), sql::value_of(item.points),
            to_epoch_ms(item.created_at),
            item.revoked_at ? sql::Value{to_epoch_ms(*item.revoked_at)} : sql::Value{nullptr},
            entitlement
        );
    }

    std::vector<std::string> x_entitlements;
    sql::Rows x_rows;
};

}  // namespace

std::vector<EmbeddedFile> migrations() {
    std::vector<EmbeddedFile> all(schema.begin(), schema.end());
    all.insert(all.end(), catalogue::schema.begin(), catalogue::schema.end());
    all.insert(all.end(), inbox::schema.begin(), inbox::schema.end());
    return all;
}

State load(sql::Connection& connection, std::span<const Command* const> commands) {
    Keys keys;
    for (const auto* command : commands) {
        std::visit([&](const auto& wish) { keys.add(wish); }, *command);
    }
    State state;
    const auto orders = list_of(keys.orders);
    state.given = inbox::load<Action>(connection, orders);
    sql::query_locked_in(
        connection, select_by_orders, orders, "order_item_order",
        [&](const sql::Row& row) {
            auto item = order_item_of(row);
            auto order = item.order_id;
            state.items.insert_or_assign(std::move(order), std::move(item));
        }
    );
    const auto entitlements = list_of(keys.entitlements);
    sql::query_locked_in(
        connection, select_owners, entitlements, "order_item_entitlement",
        [&](const sql::Row& row) {
            state.owners.insert_or_assign(std::string(row.text(0)), std::string(row.text(1)));
        }
    );
    state.catalogue = catalogue::load_locked(connection, list_of(keys.items));
    state.stored_catalogue = catalogue::ids_of(state.catalogue);
    return state;
}

void save(sql::Transaction& transaction, const State& state) {
    // What is revoked goes first: it makes room for the one who owns the content next.
    sql::upsert(transaction, table, ItemRows(state, state.revoked).rows());
    sql::insert(transaction, table, ItemRows(state, state.saved).rows());
    inbox::save(transaction, state.given);
    catalogue::save(transaction, state.catalogue, state.changed_catalogue, state.stored_catalogue);
}

std::optional<OrderItem> find(sql::Connection& connection, std::string_view id) {
    return find_one(connection, select_by_ids, id);
}

std::optional<OrderItem> find_by_order(sql::Connection& connection, std::string_view order_id) {
    return find_one(connection, select_by_orders, order_id);
}

std::vector<OrderItem> list_of_user(
    sql::Connection& connection, std::string_view user_id, const http::Page& page
) {
    std::vector<OrderItem> items;
    const std::array<sql::Value, 3> values{user_id, std::string_view{page.before}, page.limit + 1};
    connection.query(select_page_of_user, values, [&](const sql::Row& row) {
        items.push_back(order_item_of(row));
    });
    return items;
}

std::vector<OrderItem> list_all(sql::Connection& connection, const http::Page& page) {
    std::vector<OrderItem> items;
    const std::array<sql::Value, 2> values{std::string_view{page.before}, page.limit + 1};
    connection.query(select_page, values, [&](const sql::Row& row) {
        items.push_back(order_item_of(row));
    });
    return items;
}

std::optional<std::string> find_owning_order(
    sql::Connection& connection, std::string_view user_id, std::string_view item_id
) {
    std::optional<std::string> order;
    const auto entitlement = entitlement_of(user_id, item_id);
    const std::array<std::string_view, 1> keys{entitlement};
    sql::query_in(connection, select_owners, keys, "", [&](const sql::Row& row) {
        order = row.text(1);
    });
    return order;
}

}  // namespace pay::order_item
