#include "item/api.hpp"

#include <algorithm>
#include <iterator>

#include "core/http/query.hpp"
#include "core/ident/ident.hpp"
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

void create_item(Service& service, std::shared_ptr<Call> call) {
    auto create = read_create(call->request.body, make_id(prefix::item, service.now()));
    if (!create) return service.engine().refuse(std::move(call), create.error());
    call->resource_id = create->id;
    service.engine().execute(std::move(call), std::move(*create), [](const Answer& items) {
        return http::json_response(201, json::to_text(items.front()));
    });
}

void update_item(Service& service, std::shared_ptr<Call> call) {
    const auto& id = call->request.parameters.at(0);
    if (!is_id(prefix::item, id)) return service.engine().refuse(std::move(call), not_found);
    auto update = read_update(call->request.body, id);
    if (!update) return service.engine().refuse(std::move(call), update.error());
    service.engine().execute(std::move(call), std::move(*update), [](const Answer& items) {
        return http::json_response(200, json::to_text(items.front()));
    });
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
    std::ranges::copy(engine.letter_routes(), std::back_inserter(routes));
    return routes;
}

}  // namespace pay::item
