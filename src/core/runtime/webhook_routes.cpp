#include "core/runtime/webhook_routes.hpp"

#include <algorithm>

#include "core/runtime/webhook_changes.hpp"
#include "core/webhook_out/store.hpp"
#include "core/webhook_out/wire.hpp"

namespace pay {
namespace {

using webhook_out::delivery_prefix;
using webhook_out::DeliveryStatus;
using webhook_out::Endpoint;
using webhook_out::endpoint_prefix;

const Error not_found{Code::not_found, {}, {}, {}};

std::vector<Endpoint> list_living(sql::Connection& connection) {
    auto endpoints = webhook_out::list_endpoints(connection);
    std::erase_if(endpoints, &Endpoint::deleted);
    return endpoints;
}

std::optional<Endpoint> find_living(sql::Connection& connection, const std::string& id) {
    const auto endpoints = list_living(connection);
    const auto found = std::ranges::find(endpoints, id, &Endpoint::id);
    return found == endpoints.end() ? std::nullopt : std::optional{*found};
}

void list(WebhookDesk& desk, const http::Request& request, http::Responder responder) {
    http::Query query(request);
    if (const auto fault = query.fault()) return responder.refuse(*fault);
    desk.readers.run(
        std::move(responder),
        [&webhooks = desk.webhooks](sql::Connection& connection, http::Responder& answer) {
            std::vector<webhook_out::EndpointView> views;
            for (const auto& endpoint : list_living(connection)) {
                views.push_back(view_of(endpoint, webhooks.source().service, webhooks.now()));
            }
            const http::Page all{.limit = webhook_out::most_endpoints * 2};
            answer.send(http::list_response(all, std::move(views)));
        }
    );
}

void show(WebhookDesk& desk, const http::Request& request, http::Responder responder) {
    desk.readers.run(
        std::move(responder),
        [&webhooks = desk.webhooks,
         id = request.parameters.at(0)](sql::Connection& connection, http::Responder& answer) {
            const auto endpoint = find_living(connection, id);
            if (!endpoint) return answer.refuse(not_found);
            const auto view = view_of(*endpoint, webhooks.source().service, webhooks.now());
            answer.send(http::json_response(200, json::to_text(view)));
        }
    );
}

void list_deliveries(WebhookDesk& desk, const http::Request& request, http::Responder responder) {
    http::Query query(request);
    const auto status = query.one_of<DeliveryStatus>("status");
    const auto page = query.page(delivery_prefix);
    if (const auto fault = query.fault()) return responder.refuse(*fault);
    desk.readers.run(
        std::move(responder),
        [status, page,
         id = request.parameters.at(0)](sql::Connection& connection, http::Responder& answer) {
            if (!find_living(connection, id)) return answer.refuse(not_found);
            std::vector<webhook_out::DeliveryView> views;
            for (const auto& each : webhook_out::list_deliveries(connection, id, status, page)) {
                views.push_back(view_of(each));
            }
            answer.send(http::list_response(page, std::move(views)));
        }
    );
}

void show_delivery(WebhookDesk& desk, const http::Request& request, http::Responder responder) {
    desk.readers.run(
        std::move(responder),
        [endpoint_id = request.parameters.at(0),
         id = request.parameters.at(1)](sql::Connection& connection, http::Responder& answer) {
            const auto delivery = webhook_out::find_delivery(connection, id);
            const bool known = delivery && delivery->endpoint_id == endpoint_id &&
                               find_living(connection, endpoint_id);
            if (!known) return answer.refuse(not_found);
            const auto view = whole_view_of(*delivery, webhook_out::list_attempts(connection, id));
            answer.send(http::json_response(200, json::to_text(view)));
        }
    );
}

}  // namespace

WebhookPaths::WebhookPaths(const std::string& service)
    : all("/v1/admin/" + service + "/webhook-endpoints"),
      one(all + "/{id}"),
      rotate(one + "/rotate"),
      remove(one + "/delete"),
      test(one + "/test"),
      deliveries(one + "/deliveries"),
      delivery(deliveries + "/{delivery_id}"),
      redeliver(delivery + "/redeliver") {}

std::vector<http::Route> webhook_routes(const WebhookPaths& paths, WebhookDesk its_desk) {
    using enum http::Access;
    using http::Method::get;
    using http::Method::patch;
    using http::Method::post;
    const auto desk = std::make_shared<WebhookDesk>(std::move(its_desk));
    using Read = void (*)(WebhookDesk&, const http::Request&, http::Responder);
    const auto plain = [&](Read use) -> http::Handler {
        return [desk, use](const http::Request& request, http::Responder responder) {
            use(*desk, request, std::move(responder));
        };
    };
    using Change = void (*)(WebhookDesk&, const std::shared_ptr<Call>&);
    const auto keyed = [&](Change use) {
        return desk->keyed([desk, use](const std::shared_ptr<Call>& call) { use(*desk, call); });
    };
    return {
        {get, paths.all, admin, plain(list)},
        {post, paths.all, admin, keyed(create_webhook)},
        {get, paths.one, admin, plain(show)},
        {patch, paths.one, admin, keyed(change_webhook)},
        {post, paths.rotate, admin, keyed(rotate_webhook)},
        {post, paths.remove, admin, keyed(remove_webhook)},
        {post, paths.test, admin, keyed(test_webhook)},
        {get, paths.deliveries, admin, plain(list_deliveries)},
        {get, paths.delivery, admin, plain(show_delivery)},
        {post, paths.redeliver, admin, keyed(redeliver_webhook)},
    };
}

}  // namespace pay
