#include "order_item/wire.hpp"

namespace pay::order_item {
namespace {

struct OrderItemView {
    std::string id;
    std::string order_id;
    std::string user_id;
    std::string item_id;
    std::string item_name;
    std::optional<Won> amount;
    std::optional<Points> points;
    Time created_at{};
    std::optional<Time> revoked_at;
};
BOOST_DESCRIBE_STRUCT(
    OrderItemView, (),
    (id, order_id, user_id, item_id, item_name, amount, points, created_at, revoked_at)
)
static_assert(json::whole<OrderItemView>);

struct EntitlementView {
    std::string item_id;
    bool owned = false;
    std::optional<std::string> order_id;
};
BOOST_DESCRIBE_STRUCT(EntitlementView, (), (item_id, owned, order_id))
static_assert(json::whole<EntitlementView>);

OrderItemView view_of(const OrderItem& item) {
    return {
        .id = item.id,
        .order_id = item.order_id,
        .user_id = item.user_id,
        .item_id = item.item_id,
        .item_name = item.item_name,
        .amount = item.amount,
        .points = item.points,
        .created_at = item.created_at,
        .revoked_at = item.revoked_at,
    };
}

Error incomplete() {
    return {Code::invalid, {}, {}, {}};
}

}  // namespace

Result<Save> read_save(std::string_view payload) {
    auto save = json::read<Save>(payload, json::Unknown::ignore);
    if (!save) return save;
    if (save->order_id.empty() || save->user_id.empty() || save->item_id.empty())
        return incomplete();
    return save;
}

Result<Revoke> read_revoke(std::string_view payload) {
    auto revoke = json::read<Revoke>(payload, json::Unknown::ignore);
    if (!revoke) return revoke;
    if (revoke->order_id.empty()) return incomplete();
    return revoke;
}

Result<item::Changed> read_item(std::string_view payload) {
    auto item = json::read<item::Changed>(payload, json::Unknown::ignore);
    if (!item) return item;
    if (item->id.empty()) return incomplete();
    return item;
}

std::string to_text(const OrderItem& item) {
    return json::to_text(view_of(item));
}

http::Response list_of(const http::Page& page, const std::vector<OrderItem>& items) {
    std::vector<OrderItemView> views;
    views.reserve(items.size());
    for (const auto& item : items) views.push_back(view_of(item));
    return http::list_response(page, std::move(views));
}

std::string entitlement_text(std::string_view item_id, const std::optional<std::string>& order_id) {
    return json::to_text(EntitlementView{std::string(item_id), order_id.has_value(), order_id});
}

}  // namespace pay::order_item
