#include "order/api.hpp"

#include <algorithm>
#include <iterator>

#include "bootpay/wire.hpp"
#include "core/http/networks.hpp"
#include "core/http/query.hpp"
#include "core/ident/ident.hpp"
#include "order/answering.hpp"
#include "order/api_cancel.hpp"
#include "order/api_retry.hpp"
#include "order/operator_api.hpp"
#include "order/reconcile_api.hpp"
#include "order/store.hpp"
#include "order/stream.hpp"
#include "order/wire.hpp"

namespace pay::order {
namespace {

using SharedCall = std::shared_ptr<Call>;

/// What the routes share; lives as long as they do.
struct Api {
    Service& service;
    PaymentFlow& flow;
    http::Io& io;
    ApiOptions options;
    http::Networks webhook_networks;

    Readers& readers() { return service.engine().readers(); }
    Asking asking(SharedCall call, int status) { return {service, io, std::move(call), status}; }
};

/// Whom a call must be for: nobody in particular, if an admin makes it.
std::string owner_asked(const http::Caller& caller) {
    return caller.admin() ? std::string{} : caller.user_id;
}

bool may_see(const http::Caller& caller, const Order& order) {
    return caller.admin() || caller.user_id == order.user_id;
}

/// Hands the order of the path to `use`; 404 if it is not there or is somebody else's.
void with_order(
    Api& api, SharedCall call, std::function<void(sql::Connection&, SharedCall, const Order&)> use
) {
    const std::string id = call->request.parameters.at(0);
    if (!is_id(prefix::order, id)) return api.service.engine().refuse(call, not_found());
    api.readers().run(
        [&api, call, id, use = std::move(use)](sql::Connection& connection) {
            const auto order = find_order(connection, id);
            if (!order || !may_see(call->request.caller, *order)) {
                return api.service.engine().refuse(call, not_found());
            }
            use(connection, call, *order);
        },
        [call] { call->give_up(); }
    );
}

void place_new(Api& api, SharedCall call, const PlaceBody& body) {
    NewOrder order;
    order.order_id = make_id(prefix::order, api.service.now());
    order.user_id = call->request.caller.user_id;
    order.item_id = body.item_id;
    order.payment_method = body.payment_method;
    order.stated_amount = body.amount;
    order.request_id = call->request.request_id;
    const auto asking = api.asking(call, 201);
    if (body.receipt_id) return api.flow.place(std::move(order), *body.receipt_id, asking.asker());
    auto asker = asking.asker();
    api.service.engine().writer().submit(
        {Place{std::move(order), {}}, std::move(asker.done), std::move(asker.keep),
         asker.traceparent}
    );
}

/// The repeat of a call whose first did not come to its end: goes on with the order it made.
void place_again(Api& api, SharedCall call, const PlaceBody& body) {
    api.readers().run(
        [&api, call, body](sql::Connection& connection) {
            const auto order = find_order(connection, call->resource_id);
            if (!order) return place_new(api, call, body);
            const auto asking = api.asking(call, 201);
            if (order->status == Status::PENDING && body.receipt_id) {
                return api.flow.confirm(
                    order->id, order->user_id, *body.receipt_id, asking.asker()
                );
            }
            asking.show(*order);
        },
        [call] { call->give_up(); }
    );
}

void place(Api& api, SharedCall call) {
    const auto body = read_place(call->request.body);
    if (!body) return api.service.engine().refuse(call, body.error());
    if (call->resource_id.empty()) return place_new(api, call, *body);
    place_again(api, call, *body);
}

void confirm(Api& api, SharedCall call) {
    auto body = read_confirm(call->request.body);
    with_order(api, call, [&api, body](sql::Connection&, SharedCall own, const Order& order) {
        if (!body) return api.service.engine().refuse(own, body.error());
        const auto asking = api.asking(own, 200);
        const bool known = order.receipt_id == body->receipt_id &&
                           order.status != Status::PENDING && order.status != Status::EXPIRED;
        if (known && order.failure == Failure::AMOUNT_MISMATCH) {
            return api.service.engine().refuse(own, {Code::amount_mismatch, {}, {}, {}});
        }
        // Why an order whose refund was refused was turned round, only the receipt can still tell.
        if (known && order.failure != Failure::REFUND_REFUSED) return asking.show(order);
        api.flow.confirm(
            order.id, owner_asked(own->request.caller), body->receipt_id, asking.asker()
        );
    });
}

void close_refused(Api& api, SharedCall call) {
    auto body = audit_log::read_reason(call->request.body);
    if (!body) return api.service.engine().refuse(call, body.error());
    const std::string id = call->request.parameters.at(0);
    if (!is_id(prefix::order, id)) return api.service.engine().refuse(call, not_found());
    auto acted = [id, reason = std::move(body->reason)](const Answer&) {
        return audit_log::Act{"order.close_refunded", id, reason, {{"status", "FAILING", "FAIL"}}};
    };
    api.service.engine().execute(
        call, CloseRefused{id}, std::move(acted),
        [call](const Answer& answer) {
            return http::json_response(200, to_json(answer.order, call->request.language));
        }
    );
}

void show(Api& api, const http::Request& request, http::Responder responder) {
    const auto& id = request.parameters.at(0);
    if (!is_id(prefix::order, id)) return responder.refuse(not_found());
    api.readers().run(
        std::move(responder),
        [id, caller = request.caller,
         language = request.language](sql::Connection& connection, http::Responder& answer) {
            const auto order = find_order(connection, id);
            if (!order || !may_see(caller, *order)) return answer.refuse(not_found());
            answer.send(http::json_response(200, to_json(*order, language)));
        }
    );
}

void list(Api& api, const http::Request& request, http::Responder responder) {
    http::Query query(request);
    OrderQuery wanted;
    wanted.status = query.one_of<Status>("status");
    const auto user = query.user_id("user_id");
    const auto receipt = query.text("receipt_id");
    if (receipt && !bootpay::is_receipt_id(*receipt)) {
        query.refuse(
            "receipt_id",
            {"It must be a receipt id of the gateway.", "결제 대행사의 영수증 번호여야 합니다."}
        );
    }
    const auto page = query.page(prefix::order);
    if (const auto fault = query.fault()) return responder.refuse(*fault);
    if (user && !request.caller.admin() && *user != request.caller.user_id) {
        return responder.refuse({Code::forbidden, {}, {}, {}});
    }
    wanted.user_id = user ? std::string(*user) : owner_asked(request.caller);
    if (receipt) wanted.receipt_id = *receipt;
    wanted.before_id = page.before;
    wanted.limit = page.limit + 1;
    api.readers().run(
        std::move(responder),
        [wanted, page,
         language = request.language](sql::Connection& connection, http::Responder& answer) {
            std::vector<OrderView> shown;
            for (const auto& order : list_orders(connection, wanted)) {
                shown.push_back(view(order, language));
            }
            answer.send(http::list_response(page, std::move(shown)));
        }
    );
}

void checkout(Api& api, const http::Request& request, http::Responder responder) {
    const auto& id = request.parameters.at(0);
    if (!is_id(prefix::order, id)) return responder.refuse(not_found());
    api.readers().run(
        std::move(responder),
        [id, caller = request.caller,
         key = api.options.web_key](sql::Connection& connection, http::Responder& answer) {
            const auto order = find_order(connection, id);
            if (!order || !may_see(caller, *order)) return answer.refuse(not_found());
            if (order->status != Status::PENDING || !order->receipt_id.empty() || !order->amount) {
                return answer.refuse(
                    {Code::conflict,
                     {"The order does not wait for a payment.", "결제를 기다리는 주문이 아닙니다."},
                     {},
                     {}}
                );
            }
            const Checkout opened{key,       *order->amount,   order->item_name,
                                  order->id, {order->user_id}, {true}};
            answer.send(http::json_response(200, json::to_text(opened)));
        }
    );
}

void webhook(Api& api, const http::Request& request, http::Responder responder) {
    if (!api.webhook_networks.empty() && !api.webhook_networks.contains(request.remote_address)) {
        return responder.refuse({Code::forbidden, {}, {}, {}});
    }
    const bool form =
        request.header("content-type").starts_with("application/x-www-form-urlencoded");
    const auto notice = bootpay::read_notice(request.body, form);
    if (!notice) {
        return responder.refuse(
            {Code::bad_request,
             {"This is no webhook of Bootpay.", "부트페이 웹훅이 아닙니다."},
             {},
             {}}
        );
    }
    if (api.flow.waiting_webhooks() > api.options.webhook_waiting_limit) {
        return responder.refuse({Code::too_many_requests, {}, {}, {}});
    }
    Webhook stored;
    stored.receipt_id = notice->receipt_id;
    stored.receipt_status = notice->status;
    stored.canceled = notice->canceled;
    stored.order_id = notice->order_id;
    auto shared = std::make_shared<http::Responder>(std::move(responder));
    api.service.engine().writer().submit(
        {StoreWebhook{std::move(stored)},
         [shared](Result<Answer> result) {
             if (!result) return shared->refuse(result.error());
             shared->send(http::json_response(200, R"({"success":true})"));
         },
         {},
         request.traceparent}
    );
}

}  // namespace

std::vector<http::Route> routes_of(
    Service& service, PaymentFlow& flow, http::Io& io, ApiOptions options
) {
    using http::Access;
    using http::Method::get;
    using http::Method::post;
    http::Networks allowed(options.webhook_allow);
    auto api = std::make_shared<Api>(service, flow, io, std::move(options), std::move(allowed));
    const auto keyed = [&](void (*use)(Api&, SharedCall)) {
        return service.engine().keyed([api, use](SharedCall call) { use(*api, std::move(call)); });
    };
    const auto plain = [&](void (*use)(Api&, const http::Request&, http::Responder)
                       ) -> http::Handler {
        return [api, use](const http::Request& request, http::Responder responder) {
            use(*api, request, std::move(responder));
        };
    };
    std::vector<http::Route> routes{
        {post, "/v1/orders", Access::user, keyed(place)},
        {get, "/v1/orders", Access::user, plain(list)},
        {get, "/v1/orders/{id}", Access::user, plain(show)},
        {post, "/v1/orders/{id}/confirm", Access::user, keyed(confirm)},
        {get, "/v1/orders/{id}/checkout", Access::user, plain(checkout)},
        {get, "/v1/orders/{id}/stream", Access::user,
         [api](const http::Request& request, http::Responder responder) {
             stream_order(api->service, api->io, request, std::move(responder));
         }},
        {post, "/v1/orders/{id}/refunded", Access::admin, keyed(close_refused)},
        {post, "/webhooks/bootpay", Access::open, plain(webhook)},
    };
    std::ranges::copy(cancel_routes(service, flow, io), std::back_inserter(routes));
    routes.push_back(retry_route(service, flow, io));
    std::ranges::copy(reconcile_routes(service), std::back_inserter(routes));
    std::ranges::copy(operator_views(service), std::back_inserter(routes));
    std::ranges::copy(service.engine().operator_routes(), std::back_inserter(routes));
    return routes;
}

}  // namespace pay::order
