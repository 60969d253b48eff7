#include "order/api_auto_charge.hpp"

#include "core/http/query.hpp"
#include "core/ident/ident.hpp"
#include "order/payment_flow.hpp"
#include "order/store_auto_charge.hpp"
#include "order/wire_auto_charge.hpp"

namespace pay::order {
namespace {

using SharedCall = std::shared_ptr<Call>;

Error receipt_invalid(Text why) {
    return {Code::receipt_invalid, why, {}, {}};
}

/// Users act for themselves here, also one who is an admin.
Engine<Service>::Acted nobody() {
    return Engine<Service>::no_operator();
}

http::Response created(const std::string& path, const std::string& id, std::string body) {
    auto made = http::json_response(201, std::move(body));
    made.headers.emplace_back("Location", path + id);
    return made;
}

// As wide as their columns.
constexpr std::size_t longest_key = 128;
constexpr std::size_t longest_label = 200;
constexpr std::size_t longest_method = 32;

std::string if_it_fits(std::string text, std::size_t longest) {
    return text.size() <= longest ? std::move(text) : std::string{};
}

/// The key that a receipt issued, if the caller may have it charged.
Result<BillingKey> key_of(const Service& service, const Call& call, gateway::FoundKey found) {
    if (!found) return gateway_error(found.error());
    if (!*found) {
        return receipt_invalid(
            {"The receipt issued no billing key.", "빌링키가 발급되지 않은 영수증입니다."}
        );
    }
    gateway::BillingKey& issued = **found;
    if (issued.user_id != call.request.caller.user_id) {
        return receipt_invalid({"The receipt is not the caller's.", "본인의 영수증이 아닙니다."});
    }
    if (issued.key.size() > longest_key) return gateway_error(gateway::Trouble::unknown);
    BillingKey key;
    key.id = make_id(prefix::billing_key, service.now());
    key.user_id = issued.user_id;
    key.receipt_id = issued.receipt_id;
    key.key = std::move(issued.key);
    key.label = if_it_fits(std::move(issued.label), longest_label);
    key.method = if_it_fits(std::move(issued.method), longest_method);
    return key;
}

void add_key(Service& service, gateway::Billing& billing, SharedCall call) {
    const auto body = read_billing_key(call->request.body);
    if (!body) return service.engine().refuse(call, body.error());
    billing.find_key(body->receipt_id, [&service, call](gateway::FoundKey found) {
        auto key = key_of(service, *call, std::move(found));
        if (!key) return service.engine().refuse(call, key.error());
        service.engine().execute(
            call, AddBillingKey{std::move(*key), call->request.remote_address}, nobody(),
            [](const Answer& answer) {
                const auto shown = view(*answer.billing_key);
                return created("/v1/billing-keys/", shown.id, json::to_text(shown));
            }
        );
    });
}

void revoke_key(Service& service, SharedCall call) {
    const std::string id = call->request.parameters.at(0);
    if (!is_id(prefix::billing_key, id)) return service.engine().refuse(call, not_found());
    service.engine().execute(
        call, RevokeBillingKey{id, call->request.caller.user_id, call->request.remote_address},
        nobody(),
        [](const Answer& answer) {
            return http::json_response(200, json::to_text(view(*answer.billing_key)));
        }
    );
}

void add_charge(Service& service, SharedCall call) {
    const auto body = read_auto_charge(call->request.body);
    if (!body) return service.engine().refuse(call, body.error());
    AutoCharge wish;
    wish.id = make_id(prefix::auto_charge, service.now());
    wish.user_id = call->request.caller.user_id;
    wish.billing_key_id = body->billing_key_id;
    wish.item_id = body->item_id;
    wish.trigger = body->below ? Trigger::below : Trigger::monthly;
    wish.below = body->below;
    wish.monthly_day = body->monthly_day;
    service.engine().execute(
        call, AddAutoCharge{std::move(wish), call->request.remote_address}, nobody(),
        [call](const Answer& answer) {
            const auto shown = view(*answer.auto_charge, call->request.language);
            return created("/v1/auto-charges/", shown.id, json::to_text(shown));
        }
    );
}

void withdraw_charge(Service& service, SharedCall call) {
    const std::string id = call->request.parameters.at(0);
    if (!is_id(prefix::auto_charge, id)) return service.engine().refuse(call, not_found());
    service.engine().execute(
        call, WithdrawAutoCharge{id, call->request.caller.user_id, call->request.remote_address},
        nobody(),
        [call](const Answer& answer) {
            const auto shown = view(*answer.auto_charge, call->request.language);
            return http::json_response(200, json::to_text(shown));
        }
    );
}

/// Whose things are listed, and which page of them; answered already if that is refused.
struct Listing {
    std::string user_id;  ///< empty: everybody's
    http::Page page;
    std::optional<Error> fault;
};

Listing listing_of(const http::Request& request, std::string_view id_prefix) {
    http::Query query(request);
    Listing wanted;
    const auto user = query.user_id("user_id");
    wanted.page = query.page(id_prefix);
    wanted.fault = query.fault();
    const http::Caller& caller = request.caller;
    if (!caller.admin()) wanted.user_id = caller.user_id;
    if (!user) return wanted;
    if (!caller.admin() && *user != caller.user_id) {
        wanted.fault = Error{Code::forbidden, {}, {}, {}};
    }
    wanted.user_id = *user;
    return wanted;
}

void list_keys(Service& service, const http::Request& request, http::Responder responder) {
    auto wanted = listing_of(request, prefix::billing_key);
    if (wanted.fault) return responder.refuse(*wanted.fault);
    service.engine().readers().run(
        std::move(responder),
        [wanted](sql::Connection& connection, http::Responder& answer) {
            std::vector<BillingKeyView> shown;
            const auto& [user_id, page, fault] = wanted;
            for (const auto& key :
                 list_billing_keys(connection, user_id, page.before, page.limit + 1)) {
                shown.push_back(view(key));
            }
            answer.send(http::list_response(page, std::move(shown)));
        }
    );
}

void list_charges(Service& service, const http::Request& request, http::Responder responder) {
    auto wanted = listing_of(request, prefix::auto_charge);
    if (wanted.fault) return responder.refuse(*wanted.fault);
    service.engine().readers().run(
        std::move(responder),
        [wanted,
         language = request.language](sql::Connection& connection, http::Responder& answer) {
            std::vector<AutoChargeView> shown;
            const auto& [user_id, page, fault] = wanted;
            for (const auto& charge :
                 list_auto_charges(connection, user_id, page.before, page.limit + 1)) {
                shown.push_back(view(charge, language));
            }
            answer.send(http::list_response(page, std::move(shown)));
        }
    );
}

}  // namespace

std::vector<http::Route> auto_charge_routes(Service& service, gateway::Billing& billing) {
    using http::Access;
    using http::Method::get;
    using http::Method::post;
    const auto keyed = [&](void (*use)(Service&, SharedCall)) {
        return service.engine().keyed([&service, use](SharedCall call) {
            use(service, std::move(call));
        });
    };
    const auto plain = [&](void (*use)(Service&, const http::Request&, http::Responder)
                       ) -> http::Handler {
        return [&service, use](const http::Request& request, http::Responder responder) {
            use(service, request, std::move(responder));
        };
    };
    return {
        {post, "/v1/billing-keys", Access::user,
         service.engine().keyed([&service, &billing](SharedCall call) {
             add_key(service, billing, std::move(call));
         })},
        {get, "/v1/billing-keys", Access::user, plain(list_keys)},
        {post, "/v1/billing-keys/{id}/revoke", Access::user, keyed(revoke_key)},
        {post, "/v1/auto-charges", Access::user, keyed(add_charge)},
        {get, "/v1/auto-charges", Access::user, plain(list_charges)},
        {post, "/v1/auto-charges/{id}/withdraw", Access::user, keyed(withdraw_charge)},
    };
}

}  // namespace pay::order
