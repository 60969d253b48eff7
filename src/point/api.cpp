#include "point/api.hpp"

#include <algorithm>
#include <iterator>

#include "core/http/query.hpp"
#include "core/http/token.hpp"
#include "core/ident/ident.hpp"
#include "point/flows.hpp"
#include "point/history.hpp"
#include "point/store.hpp"
#include "point/wire.hpp"

namespace pay::point {
namespace {

const Error not_found{Code::not_found, {}, {}, {}};

/// Whose points a call is about: the caller's, or those of the user its path names.
std::string user_of(const http::Request& request) {
    return request.parameters.empty() ? request.caller.user_id : request.parameters.front();
}

void show_wallet(Service& service, const http::Request& request, http::Responder responder) {
    const auto user = user_of(request);
    if (!http::is_user_id(user)) return responder.refuse(not_found);
    http::Query query(request);
    const auto at = past_time(query, service.now());
    if (const auto fault = query.fault()) return responder.refuse(*fault);
    service.engine().readers().run(
        std::move(responder),
        [user, at](sql::Connection& connection, http::Responder& answer) {
            if (at) {
                const auto past = wallet_at(connection, user, *at);
                return answer.send(http::json_response(200, json::to_text(past)));
            }
            const auto wallet = find_wallet(connection, user);
            const auto open = list_lots(connection, user, lots_shown);
            answer.send(http::json_response(200, to_text(wallet, open)));
        }
    );
}

void show_lots(Service& service, const http::Request& request, http::Responder responder) {
    const auto user = user_of(request);
    if (!http::is_user_id(user)) return responder.refuse(not_found);
    service.engine().readers().run(
        std::move(responder),
        [user](sql::Connection& connection, http::Responder& answer) {
            LotList list;
            for (const auto& lot : list_lots(connection, user, lots_shown)) {
                list.data.push_back(view_of(lot));
            }
            answer.send(http::json_response(200, to_text(list)));
        }
    );
}

void show_ledger(Service& service, const http::Request& request, http::Responder responder) {
    const auto user = user_of(request);
    if (!http::is_user_id(user)) return responder.refuse(not_found);
    http::Query query(request);
    const auto page = query.page(prefix::point_transaction);
    if (const auto fault = query.fault()) return responder.refuse(*fault);
    service.engine().readers().run(
        std::move(responder),
        [user, page](sql::Connection& connection, http::Responder& answer) {
            answer.send(http::list_response(page, list_ledger(connection, user, page)));
        }
    );
}

/// How an administrator's act on a wallet stands in the log.
auto acted_on(std::string user, std::string action, std::string reason, Points points) {
    return [user = std::move(user), action = std::move(action), reason = std::move(reason),
            points](const Standing& standing) {
        return audit_log::Act{
            action,
            user,
            reason,
            {{"points", {}, std::to_string(points.value())},
             {"balance", {}, std::to_string(standing.balance().value())}}
        };
    };
}

http::Response show_standing(const Standing& standing) {
    return http::json_response(200, to_text(standing, standing.open));
}

void adjust_wallet(Service& service, std::shared_ptr<Call> call) {
    const auto user = user_of(call->request);
    if (!http::is_user_id(user)) return service.engine().refuse(std::move(call), not_found);
    auto body = read_adjust(call->request.body);
    if (!body) return service.engine().refuse(std::move(call), body.error());
    Adjust adjust{
        .transaction_id = make_id(prefix::point_transaction, service.now()),
        .user_id = user,
        .admin_id = call->request.caller.user_id,
        .points = body->points,
        .reason = std::move(body->reason),
    };
    call->resource_id = adjust.transaction_id;
    auto acted = acted_on(user, "point.adjust", adjust.reason, adjust.points);
    service.engine().execute(std::move(call), std::move(adjust), std::move(acted), show_standing);
}

void grant_points(Service& service, std::shared_ptr<Call> call) {
    const auto user = user_of(call->request);
    if (!http::is_user_id(user)) return service.engine().refuse(std::move(call), not_found);
    auto body = read_grant(call->request.body);
    if (!body) return service.engine().refuse(std::move(call), body.error());
    Grant grant{
        .transaction_id = make_id(prefix::point_transaction, service.now()),
        .user_id = user,
        .admin_id = call->request.caller.user_id,
        .points = body->points,
        .kind = body->kind.value_or(Kind::bonus),
        .expires_in_days = body->expires_in_days,
        .reason = std::move(body->reason),
    };
    call->resource_id = grant.transaction_id;
    auto acted = acted_on(user, "point.grant", grant.reason, grant.points);
    service.engine().execute(std::move(call), std::move(grant), std::move(acted), show_standing);
}

void show_flows(Service& service, const http::Request& request, http::Responder responder) {
    http::Query query(request);
    const auto chart = http::read_chart(query, service.now());
    if (const auto fault = query.fault()) return responder.refuse(*fault);
    service.engine().readers().run(
        std::move(responder),
        [chart](sql::Connection& connection, http::Responder& answer) {
            answer.send(http::json_response(200, json::to_text(flows_of(connection, chart))));
        }
    );
}

void show_liability(Service& service, const http::Request& request, http::Responder responder) {
    http::Query query(request);
    if (const auto fault = query.fault()) return responder.refuse(*fault);
    service.engine().readers().run(
        std::move(responder),
        [now = service.now()](sql::Connection& connection, http::Responder& answer) {
            answer.send(http::json_response(200, json::to_text(liability_of(connection, now))));
        }
    );
}

}  // namespace

std::vector<http::Route> routes_of(Service& service) {
    using enum http::Method;
    using http::Access;
    using http::Request;
    using http::Responder;
    const auto wallet = [&service](const Request& request, Responder responder) {
        show_wallet(service, request, std::move(responder));
    };
    const auto ledger = [&service](const Request& request, Responder responder) {
        show_ledger(service, request, std::move(responder));
    };
    const auto lots = [&service](const Request& request, Responder responder) {
        show_lots(service, request, std::move(responder));
    };
    const auto adjust = service.engine().keyed([&service](std::shared_ptr<Call> call) {
        adjust_wallet(service, std::move(call));
    });
    const auto grant = service.engine().keyed([&service](std::shared_ptr<Call> call) {
        grant_points(service, std::move(call));
    });
    std::vector<http::Route> routes{
        {get, "/v1/points", Access::user, wallet},
        {get, "/v1/points/ledger", Access::user, ledger},
        {get, "/v1/points/lots", Access::user, lots},
        {get, "/v1/points/{user_id}", Access::admin, wallet},
        {get, "/v1/points/{user_id}/ledger", Access::admin, ledger},
        {get, "/v1/points/{user_id}/lots", Access::admin, lots},
        {post, "/v1/points/{user_id}/adjust", Access::admin, adjust},
        {post, "/v1/points/{user_id}/grant", Access::admin, grant},
        {get, "/v1/admin/point/flows", Access::admin,
         [&service](const Request& request, Responder responder) {
             show_flows(service, request, std::move(responder));
         }},
        {get, "/v1/admin/point/liability", Access::admin,
         [&service](const Request& request, Responder responder) {
             show_liability(service, request, std::move(responder));
         }},
    };
    std::ranges::copy(service.engine().operator_routes(), std::back_inserter(routes));
    return routes;
}

}  // namespace pay::point
