#include "sandbox/api.hpp"

#include <type_traits>
#include <utility>

#include "core/ident/ident.hpp"
#include "sandbox/wire.hpp"

namespace pay::sandbox {
namespace {

using http::Access;
using http::Method;
using http::Request;
using http::Responder;
using http::Response;

Response refusal_response(Refusal refusal) {
    const RefusalFacts& facts = sandbox::facts(refusal);
    return http::json_response(facts.status, error_body(facts.error_code, facts.message));
}

Response garbage() {
    Response response;
    response.content_type = "text/html";
    response.body = "<html><body><h1>Bad Gateway</h1></body>";
    return response;
}

/// Bootpay's SDKs read every body as JSON with an error_code, also where the router refuses.
Response as_bootpay_error(Response response) {
    if (response.content_type != "application/problem+json") return response;
    return refusal_response(response.status < 500 ? Refusal::api_not_found : Refusal::server_error);
}

}  // namespace

void Desk::answer(Responder responder, Response response, std::string webhook) {
    journal.when_durable([this, responder = std::move(responder), response = std::move(response),
                          webhook = std::move(webhook)]() mutable {
        if (!webhook.empty()) notifier.notify(std::move(webhook));
        responder.send(std::move(response));
    });
}

void Desk::refuse(Responder responder, Refusal refusal) {
    answer(std::move(responder), refusal_response(refusal));
}

void Desk::settle(Responder responder, const Book::Outcome& outcome, Fault drop) {
    if (!outcome) return refuse(std::move(responder), outcome.error());
    const auto& [receipt, effect] = *outcome;
    Response response = http::json_response(200, receipt_body(receipt));
    if (effect != Effect::none && faults.take(drop)) response = http::no_answer();
    answer(std::move(responder), std::move(response), webhook_body(receipt, effect));
}

void Desk::tell(std::string webhook) {
    if (webhook.empty()) return;
    journal.when_durable([this, webhook = std::move(webhook)]() mutable {
        notifier.notify(std::move(webhook));
    });
}

Book::Outcome Desk::charge(const KeyCharge& charge) {
    const auto key = keys.find_alive(charge.billing_key);
    if (!key) return std::unexpected(key.error());
    Purchase purchase = charge.purchase;
    const bool account = key->subscription.method == KeyMethod::account;
    purchase.method = account ? PayMethod::stored_account : PayMethod::stored_card;
    return charge_at_once(purchase);
}

Book::Outcome Desk::charge_at_once(const Purchase& purchase) {
    return book.charge(purchase, [this] { return faults.take(Fault::decline_charge).has_value(); });
}

struct Api::Calls {
    explicit Calls(std::shared_ptr<Desk> on) : owned(std::move(on)), desk(*owned), router(nullptr) {
        router.add(routes());
    }

    std::shared_ptr<Desk> owned;
    Desk& desk;
    http::Router router;

    using Call = void (Calls::*)(const Request&, Responder);

    std::vector<http::Route> routes() {
        std::vector<http::Route> routes{
            open(Method::post, "/v2/request/token", &Calls::token),
            keyed(Method::get, "/v2/receipt/{receipt_id}", &Calls::receipt),
            keyed(Method::get, "/v2/lookup/order/{order_id}", &Calls::receipts_of_order),
            keyed(Method::post, "/v2/confirm", &Calls::confirm),
            keyed(Method::post, "/v2/cancel", &Calls::cancel),
            keyed(Method::post, "/v2/request/user/token", &Calls::user_token),
        };
        for (const BillingCall& billing : billing_calls()) {
            routes.push_back(keyed(billing.method, billing.path, billing.call));
        }
        return routes;
    }

    http::Route open(Method method, std::string_view path, Call call) {
        return {
            method, path, Access::open,
            [this, call](const Request& request, Responder responder) {
                (this->*call)(request, std::move(responder));
            }
        };
    }

    /// A call that needs a token or the keys.
    template <class Keyed>
    http::Route keyed(Method method, std::string_view path, Keyed call) {
        return {
            method, path, Access::open,
            [this, call](const Request& request, Responder responder) {
                const std::string_view authorization = request.header("authorization");
                const bool with_token = Credentials::is_bearer(authorization);
                if (with_token && desk.faults.take(Fault::expire_token, request.path)) {
                    desk.credentials.revoke_tokens();
                }
                const auto known = desk.credentials.check(authorization);
                if (!known) return responder.send(refusal_response(known.error()));
                if constexpr (std::is_member_function_pointer_v<Keyed>) {
                    (this->*call)(request, std::move(responder));
                } else {
                    call(desk, request, std::move(responder));
                }
            }
        };
    }

    void token(const Request& request, Responder responder) {
        const TokenRequest keys = read_token_request(request);
        const auto token = desk.credentials.issue(keys.application_id, keys.private_key);
        if (!token) return responder.send(refusal_response(token.error()));
        responder.send(http::json_response(200, token_body(token->text, token->seconds_left)));
    }

    void receipt(const Request& request, Responder responder) {
        const auto found = desk.book.find(request.parameters.at(0));
        if (!found) return responder.send(refusal_response(Refusal::rc_not_found));
        const bool with_user = http::find(request.query, "lookup_user_data") == "true";
        desk.answer(
            std::move(responder), http::json_response(200, receipt_body(*found, with_user))
        );
    }

    void receipts_of_order(const Request& request, Responder responder) {
        constexpr std::size_t most = 1'000;
        const auto found = desk.book.list(request.parameters.at(0), most);
        desk.answer(std::move(responder), http::json_response(200, receipts_body(found)));
    }

    void confirm(const Request& request, Responder responder) {
        const auto declined = [this] {
            return desk.faults.take(Fault::decline_confirm).has_value();
        };
        const auto outcome = desk.book.confirm(read_text(request, "receipt_id"), declined);
        desk.settle(std::move(responder), outcome, Fault::drop_after_confirm);
    }

    void cancel(const Request& request, Responder responder) {
        const auto wanted = read_cancel(request);
        if (!wanted) return responder.send(refusal_response(wanted.error()));
        const auto refused = [this] { return desk.faults.take(Fault::refuse_cancel).has_value(); };
        desk.settle(
            std::move(responder), desk.book.cancel(*wanted, refused), Fault::drop_after_cancel
        );
    }

    void user_token(const Request& request, Responder responder) {
        if (!Credentials::is_bearer(request.header("authorization"))) {
            return responder.send(refusal_response(Refusal::token_key_invalid));
        }
        if (read_text(request, "user_id").empty()) {
            return responder.send(refusal_response(Refusal::api_param_invalid));
        }
        const Time expires = desk.clock->now() + std::chrono::minutes{30};
        responder.send(http::json_response(200, user_token_body(random_hex_128(), expires)));
    }

    void dispatch(Request request, Responder responder) {
        if (desk.faults.take(Fault::http_500, request.path))
            return responder.send(refusal_response(Refusal::server_error));
        const bool garble = desk.faults.take(Fault::garbage, request.path).has_value();
        auto send = [garble, responder = std::move(responder)](Response response) mutable {
            const bool garbled = garble && response.status != 0;
            responder.send(garbled ? garbage() : as_bootpay_error(std::move(response)));
        };
        const std::string path = request.path;
        router.handle(std::move(request), Responder(std::move(send), http::Language::ko, path));
    }
};

Api::Api(std::shared_ptr<Desk> desk) : x_calls(std::make_shared<Calls>(std::move(desk))) {}

bool Api::owns(std::string_view path) {
    return path == "/v2" || path.starts_with("/v2/");
}

void Api::handle(Request request, Responder responder) {
    Desk& desk = x_calls->desk;
    constexpr std::string_view suffix = ".json";  // the .NET SDK appends it
    if (request.path.ends_with(suffix)) request.path.resize(request.path.size() - suffix.size());
    if (desk.faults.take(Fault::refuse_connection, request.path)) {
        return responder.send(http::no_answer());
    }
    const auto delay = desk.faults.take(Fault::delay, request.path);
    if (!delay) return x_calls->dispatch(std::move(request), std::move(responder));
    auto late = [calls = x_calls, request = std::move(request), responder = std::move(responder)](
                ) mutable { calls->dispatch(std::move(request), std::move(responder)); };
    desk.later.after(delay->delay, std::move(late));
}

}  // namespace pay::sandbox
