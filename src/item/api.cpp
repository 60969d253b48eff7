#include "item/api.hpp"

#include <algorithm>
#include <iterator>

#include "core/http/query.hpp"
#include "core/ident/ident.hpp"
#include "core/json/names.hpp"
#include "item/store.hpp"
#include "item/wire.hpp"

namespace pay::item {
namespace {

const Error not_found{Code::not_found, {}, {}, {}};

void list_items(Service& service, const http::Request& request, http::Responder responder) {
    http::Query query(request);
    const auto status = query.one_of<Status>("status").value_or(Status::on_sale);
    const auto page = query.page(prefix::item);
    if (const auto fault = query.fault()) return responder.refuse(*fault);
    if (status != Status::on_sale && !request.caller.admin()) {
        return responder.refuse({Code::forbidden, {}, {}, {}});
    }
    service.engine().readers().run(
        std::move(responder),
        [status, page](sql::Connection& connection, http::Responder& answer) {
            answer.send(http::list_response(page, list(connection, status, page)));
        }
    );
}

void show_item(Service& service, const http::Request& request, http::Responder responder) {
    const auto& id = request.parameters.at(0);
    if (!is_id(prefix::item, id)) return responder.refuse(not_found);
    service.engine().readers().run(
        std::move(responder),
        [id](sql::Connection& connection, http::Responder& answer) {
            const auto item = find(connection, id);
            if (!item) return answer.refuse(not_found);
            answer.send(http::json_response(200, json::to_text(*item)));
        }
    );
}

/// A field of an item as the log of operators' actions has it.
template <class T>
std::optional<std::string> shown(const T& value) {
    if constexpr (std::is_enum_v<T>) {
        return std::string(json::name_of(value));
    } else if constexpr (std::is_same_v<T, std::string>) {
        return value;
    } else {
        return value ? std::optional{std::to_string(value->value())} : std::nullopt;
    }
}

/// What differs; all that is there of a new item.
std::vector<audit_log::Change> changes_of(const std::optional<Item>& before, const Item& after) {
    std::vector<audit_log::Change> changes;
    const auto compare = [&](std::string field, auto member) {
        auto was = before ? shown((*before).*member) : std::nullopt;
        auto is = shown(after.*member);
        if (was != is) changes.push_back({std::move(field), std::move(was), std::move(is)});
    };
    compare("kind", &Item::kind);
    compare("name", &Item::name);
    compare("amount", &Item::amount);
    compare("points", &Item::points);
    compare("bonus_points", &Item::bonus_points);
    compare("point_price", &Item::point_price);
    compare("status", &Item::status);
    return changes;
}

void create_item(Service& service, std::shared_ptr<Call> call) {
    auto create = read_create(call->request.body, make_id(prefix::item, service.now()));
    if (!create) return service.engine().refuse(std::move(call), create.error());
    call->resource_id = create->id;
    auto acted = [reason = create->reason](const Answer& answer) {
        const auto& item = answer.items.front();
        return audit_log::Act{"item.create", item.id, reason, changes_of({}, item)};
    };
    service.engine().execute(
        std::move(call), std::move(*create), std::move(acted),
        [](const Answer& answer) {
            return http::json_response(201, json::to_text(answer.items.front()));
        }
    );
}

void update_item(Service& service, std::shared_ptr<Call> call) {
    const auto& id = call->request.parameters.at(0);
    if (!is_id(prefix::item, id)) return service.engine().refuse(std::move(call), not_found);
    auto update = read_update(call->request.body, id);
    if (!update) return service.engine().refuse(std::move(call), update.error());
    auto acted = [reason = update->reason](const Answer& answer) -> std::optional<audit_log::Act> {
        if (!answer.before) return std::nullopt;  // it was so before
        const auto& item = answer.items.front();
        return audit_log::Act{"item.update", item.id, reason, changes_of(answer.before, item)};
    };
    service.engine().execute(
        std::move(call), std::move(*update), std::move(acted),
        [](const Answer& answer) {
            return http::json_response(200, json::to_text(answer.items.front()));
        }
    );
}

}  // namespace

std::vector<http::Route> routes_of(Service& service) {
    using enum http::Method;
    using http::Access;
    using http::Request;
    using http::Responder;
    using Shared = std::shared_ptr<Call>;
    auto& engine = service.engine();
    std::vector<http::Route> routes{
        {get, "/v1/items", Access::open,
         [&service](const Request& request, Responder responder) {
             list_items(service, request, std::move(responder));
         }},
        {get, "/v1/items/{id}", Access::open,
         [&service](const Request& request, Responder responder) {
             show_item(service, request, std::move(responder));
         }},
        {post, "/v1/items", Access::admin,
         engine.keyed([&service](Shared call) { create_item(service, std::move(call)); })},
        {patch, "/v1/items/{id}", Access::admin,
         engine.keyed([&service](Shared call) { update_item(service, std::move(call)); })},
    };
    std::ranges::copy(engine.operator_routes(), std::back_inserter(routes));
    return routes;
}

}  // namespace pay::item
