#include "order_item/api.hpp"

#include <algorithm>
#include <iterator>

#include "catalogue/catalogue.hpp"
#include "core/http/query.hpp"
#include "core/ident/ident.hpp"
#include "order_item/store.hpp"
#include "order_item/wire.hpp"

namespace pay::order_item {
namespace {

const Error not_found{Code::not_found, {}, {}, {}};

bool may_see(const http::Caller& caller, const OrderItem& item) {
    return caller.admin() || caller.user_id == item.user_id;
}

/// What the caller may see of a page; with an order, of that order alone.
std::vector<OrderItem> list_for(
    sql::Connection& connection, const http::Caller& caller,
    const std::optional<std::string>& order_id, const http::Page& page
) {
    if (order_id) {
        auto item = find_by_order(connection, *order_id);
        if (!item || !may_see(caller, *item) || item->id >= page.before) return {};
        return {std::move(*item)};
    }
    return caller.admin() ? list_all(connection, page)
                          : list_of_user(connection, caller.user_id, page);
}

void list_items(Service& service, const http::Request& request, http::Responder responder) {
    http::Query query(request);
    const std::optional<std::string> order_id{query.id("order_id", prefix::order)};
    const auto page = query.page(prefix::order_item);
    if (const auto fault = query.fault()) return responder.refuse(*fault);
    service.engine().readers().run(
        std::move(responder),
        [caller = request.caller, order_id, page](
            sql::Connection& connection, http::Responder& answer
        ) { answer.send(list_of(page, list_for(connection, caller, order_id, page))); }
    );
}

void show_item(Service& service, const http::Request& request, http::Responder responder) {
    const auto& id = request.parameters.at(0);
    if (!is_id(prefix::order_item, id)) return responder.refuse(not_found);
    service.engine().readers().run(
        std::move(responder),
        [caller = request.caller, id](sql::Connection& connection, http::Responder& answer) {
            const auto item = find(connection, id);
            if (!item || !may_see(caller, *item)) return answer.refuse(not_found);
            answer.send(http::json_response(200, to_text(*item)));
        }
    );
}

void show_entitlement(Service& service, const http::Request& request, http::Responder responder) {
    const auto& item_id = request.parameters.at(0);
    if (!is_id(prefix::item, item_id)) return responder.refuse(not_found);
    http::Query query(request);
    const std::string user{query.user_id("user_id").value_or(request.caller.user_id)};
    if (const auto fault = query.fault()) return responder.refuse(*fault);
    if (user != request.caller.user_id && !request.caller.admin()) {
        return responder.refuse({Code::forbidden, {}, {}, {}});
    }
    service.engine().readers().run(
        std::move(responder),
        [user, item_id](sql::Connection& connection, http::Responder& answer) {
            const std::array<std::string_view, 1> ids{item_id};
            if (catalogue::load(connection, ids).empty()) return answer.refuse(not_found);
            const auto order = find_owning_order(connection, user, item_id);
            answer.send(http::json_response(200, entitlement_text(item_id, order)));
        }
    );
}

}  // namespace

std::vector<http::Route> routes_of(Service& service) {
    using enum http::Method;
    using http::Access;
    using http::Request;
    using http::Responder;
    std::vector<http::Route> routes{
        {get, "/v1/order-items", Access::user,
         [&service](const Request& request, Responder responder) {
             list_items(service, request, std::move(responder));
         }},
        {get, "/v1/order-items/{id}", Access::user,
         [&service](const Request& request, Responder responder) {
             show_item(service, request, std::move(responder));
         }},
        {get, "/v1/entitlements/{item_id}", Access::user,
         [&service](const Request& request, Responder responder) {
             show_entitlement(service, request, std::move(responder));
         }},
    };
    std::ranges::copy(service.engine().operator_routes(), std::back_inserter(routes));
    return routes;
}

}  // namespace pay::order_item
