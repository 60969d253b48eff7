#include <charconv>
#include <utility>

#include "core/embedded.hpp"
#include "core/ident/ident.hpp"
#include "core/result/error.hpp"
#include "sandbox/api.hpp"
#include "sandbox/wire.hpp"
#include "sandbox/wire_billing.hpp"

namespace pay::sandbox {

extern const std::span<const EmbeddedFile> files;

namespace {

using http::Access;
using http::Method;
using http::Request;
using http::Responder;
using http::Response;

Response complaint(const Complaint& complaint) {
    const bool syntax = complaint.status == 400;
    return http::json_response(
        complaint.status, error_body(syntax ? "BAD_REQUEST" : "INVALID", complaint.message)
    );
}

std::string faults_body(const Faults& faults) {
    std::string out = "{\"faults\":[";
    for (const auto& [fault, setting] : faults.list()) {
        if (out.back() != '[') out += ',';
        out += fault_body(fault, setting);
    }
    return out += "]}";
}

/// ?limit=, 100 if it is left out.
std::optional<std::size_t> read_limit(const Request& request) {
    const std::string_view text = http::find(request.query, "limit");
    if (text.empty()) return 100;
    std::size_t limit = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    if (!whole || limit < 1 || limit > 1'000) return std::nullopt;
    return limit;
}

void pay(Desk& desk, const Request& request, Responder responder) {
    const auto purchase = read_purchase(request);
    if (!purchase) return responder.send(complaint(purchase.error()));
    const auto [receipt, effect] = desk.book.pay(*purchase);
    std::string webhook = purchase->silent ? std::string() : webhook_body(receipt, effect);
    desk.answer(
        std::move(responder), http::json_response(201, receipt_body(receipt)), std::move(webhook)
    );
}

void issue_key(Desk& desk, const Request& request, Responder responder) {
    const auto wanted = read_subscription_control(request);
    if (!wanted) return responder.send(complaint(wanted.error()));
    const BillingKey key = desk.keys.issue(*wanted);
    desk.answer(std::move(responder), http::json_response(201, issue_body(key)));
}

Response not_found() {
    return http::json_response(404, error_body("NOT_FOUND", "no such receipt"));
}

Response conflict(std::string_view message) {
    return http::json_response(409, error_body("CONFLICT", message));
}

/// What a control made of a receipt, or why it did not.
void show(
    Desk& desk, Responder responder, std::string_view receipt_id,
    const std::optional<Receipt>& receipt, std::string_view why_not
) {
    if (receipt) {
        return desk.answer(std::move(responder), http::json_response(200, receipt_body(*receipt)));
    }
    const bool known = desk.book.find(receipt_id).has_value();
    responder.send(known ? conflict(why_not) : not_found());
}

void alter(Desk& desk, const Request& request, Responder responder) {
    const auto alteration = read_alteration(request);
    if (!alteration) return responder.send(complaint(alteration.error()));
    const std::string& receipt_id = request.parameters.at(0);
    const auto altered = desk.book.alter(receipt_id, *alteration);
    show(desk, std::move(responder), receipt_id, altered, "canceled_price: from 0 to the price");
}

void expire(Desk& desk, const Request& request, Responder responder) {
    const std::string& receipt_id = request.parameters.at(0);
    const auto expired = desk.book.expire(receipt_id);
    show(
        desk, std::move(responder), receipt_id, expired,
        "the receipt waits neither for an approval nor for a deposit"
    );
}

void remove(Desk& desk, const Request& request, Responder responder) {
    const std::string& receipt_id = request.parameters.at(0);
    const bool removed = desk.book.remove(receipt_id, [&] { desk.journal.remove(receipt_id); });
    if (!removed) return responder.send(not_found());
    desk.answer(std::move(responder), http::json_response(200, totals_body(desk.book.totals())));
}

void deposit(Desk& desk, const Request& request, Responder responder) {
    const auto receipt_id = read_receipt_id(request);
    if (!receipt_id) return responder.send(complaint(receipt_id.error()));
    const auto outcome = desk.book.deposit(*receipt_id);
    if (!outcome) {
        const bool absent = outcome.error() == Refusal::rc_not_found;
        return responder.send(absent ? not_found() : conflict("the receipt waits for no deposit"));
    }
    const auto& [receipt, effect] = *outcome;
    desk.answer(
        std::move(responder), http::json_response(200, receipt_body(receipt)),
        webhook_body(receipt, effect)
    );
}

void receipts(Desk& desk, const Request& request, Responder responder) {
    const auto limit = read_limit(request);
    if (!limit) return responder.send(complaint({422, "limit: a whole number from 1 to 1000"}));
    const auto list = desk.book.list(http::find(request.query, "order_id"), *limit);
    desk.answer(
        std::move(responder), http::json_response(200, "{\"data\":" + receipts_body(list) + "}")
    );
}

void totals(Desk& desk, const Request&, Responder responder) {
    desk.answer(std::move(responder), http::json_response(200, totals_body(desk.book.totals())));
}

void set_fault(Desk& desk, const Request& request, Responder responder) {
    const auto wanted = read_fault(request);
    if (!wanted) return responder.send(complaint(wanted.error()));
    desk.faults.set(wanted->fault, wanted->setting);
    responder.send(http::json_response(201, fault_body(wanted->fault, wanted->setting)));
}

void list_faults(Desk& desk, const Request&, Responder responder) {
    responder.send(http::json_response(200, faults_body(desk.faults)));
}

void clear_faults(Desk& desk, const Request&, Responder responder) {
    desk.faults.clear();
    responder.send(http::json_response(200, faults_body(desk.faults)));
}

void reset(Desk& desk, const Request&, Responder responder) {
    desk.faults.clear();
    desk.notifier.clear();
    desk.book.clear([&desk] {
        desk.keys.clear();
        desk.journal.clear();
    });
    desk.answer(std::move(responder), http::json_response(200, totals_body(desk.book.totals())));
}

/// The page with a nonce of its own: nothing else on it, whatever the address says, may run.
void checkout(Desk&, const Request&, Responder responder) {
    const std::string nonce = random_hex_128();
    constexpr std::string_view mark = "@nonce@";
    std::string page(files.front().text);
    for (auto at = page.find(mark); at != std::string::npos; at = page.find(mark, at)) {
        page.replace(at, mark.size(), nonce);
    }
    Response response;
    response.content_type = "text/html; charset=utf-8";
    response.body = std::move(page);
    response.headers = {
        {"content-security-policy",
         "default-src 'none'; script-src 'nonce-" + nonce + "'; style-src 'nonce-" + nonce +
             "'; connect-src 'self'; base-uri 'none'; form-action 'none'"},
        {"referrer-policy", "no-referrer"},
        {"x-content-type-options", "nosniff"},
        {"cache-control", "no-store"},
    };
    responder.send(std::move(response));
}

Response clock_shown(const Clock& clock) {
    return http::json_response(200, clock_body(clock.now()));
}

}  // namespace

std::vector<http::Route> clock_routes(const std::shared_ptr<AdvancingClock>& clock) {
    return {
        {Method::get, "/sandbox/clock", Access::open,
         [clock](const Request&, Responder responder) { responder.send(clock_shown(*clock)); }},
        {Method::post, "/sandbox/clock", Access::open,
         [clock](const Request& request, Responder responder) {
             const auto advance = read_advance(request);
             if (!advance) return responder.send(complaint(advance.error()));
             clock->advance(*advance);
             responder.send(clock_shown(*clock));
         }},
    };
}

std::vector<http::Route> control_routes(const std::shared_ptr<Desk>& desk) {
    using Call = void (*)(Desk&, const Request&, Responder);
    const auto route = [desk](Method method, std::string_view path, Call call) -> http::Route {
        return {
            method, path, Access::open,
            [desk, call](const Request& request, Responder responder) {
                call(*desk, request, std::move(responder));
            }
        };
    };
    return {
        route(Method::post, "/sandbox/pay", pay),
        route(Method::post, "/sandbox/deposit", deposit),
        route(Method::post, "/sandbox/billing-keys", issue_key),
        route(Method::get, "/sandbox/receipts", receipts),
        route(Method::post, "/sandbox/receipts/{receipt_id}", alter),
        route(Method::post, "/sandbox/receipts/{receipt_id}/expire", expire),
        route(Method::del, "/sandbox/receipts/{receipt_id}", remove),
        route(Method::get, "/sandbox/totals", totals),
        route(Method::post, "/sandbox/reset", reset),
        route(Method::post, "/sandbox/faults", set_fault),
        route(Method::get, "/sandbox/faults", list_faults),
        route(Method::del, "/sandbox/faults", clear_faults),
        route(Method::get, "/sandbox/checkout", checkout),
    };
}

}  // namespace pay::sandbox
