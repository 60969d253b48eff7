#include "core/runtime/webhook_changes.hpp"

#include <algorithm>

#include "core/ident/ident.hpp"
#include "core/json/names.hpp"
#include "core/json/read.hpp"
#include "core/webhook_out/rules.hpp"
#include "core/webhook_out/signing.hpp"
#include "core/webhook_out/store.hpp"
#include "core/webhook_out/wire.hpp"

namespace pay {
namespace {

using audit_log::Act;
using webhook_out::Delivery;
using webhook_out::Endpoint;
using SharedCall = std::shared_ptr<Call>;

const Error not_found{Code::not_found, {}, {}, {}};
const Error too_many{
    Code::conflict,
    {"There are 20 endpoints already: delete one first.",
     "엔드포인트가 이미 20개입니다. 먼저 하나를 삭제해 주세요."},
    {},
    {}
};
const Error not_enabled{
    Code::conflict,
    {"The endpoint is disabled: enable it first.",
     "비활성화된 엔드포인트입니다. 먼저 활성화해 주세요."},
    {},
    {}
};

/// What a change came to.
struct Made {
    std::optional<Act> act;  ///< nothing: it changed nothing
    http::Response answer;
    std::optional<http::Response> kept{};  ///< under the call's key, if not the answer itself
};
/// Called in the transaction; can be called several times.
using Make = std::function<Result<Made>(sql::Transaction&, Time now)>;

void perform(WebhookDesk& desk, const SharedCall& call, Make make) {
    struct Done {
        Result<Made> made = Error{};
        std::vector<Endpoint> endpoints{};
    };
    const auto done = std::make_shared<Done>();
    dead_letter::Change change;
    change.record = [done, make = std::move(make)](sql::Transaction& transaction, Time now, auto&) {
        done->made = make(transaction, now);
        done->endpoints = webhook_out::list_endpoints(transaction.connection());
    };
    change.log = [done, who = audit_log::operator_of(call->request)]() {
        const bool acted = done->made && done->made->act;
        return acted ? std::optional{audit_log::Entry{who, *done->made->act}} : std::nullopt;
    };
    if (call->key) {
        change.keep = [done, call]() {
            if (!done->made) return call->entry(call->problem(done->made.error()));
            return call->entry(done->made->kept.value_or(done->made->answer));
        };
    }
    change.done = [&desk, done, call](const std::optional<Error>& error) {
        if (error) return call->send(call->problem(*error));
        desk.webhooks.changed(std::move(done->endpoints));
        call->send(done->made ? std::move(done->made->answer) : call->problem(done->made.error()));
    };
    desk.write(std::move(change));
}

http::Response answer_of(const WebhookDesk& desk, const Endpoint& endpoint) {
    const auto& webhooks = desk.webhooks;
    const auto view = view_of(endpoint, webhooks.source().service, webhooks.now());
    return http::json_response(200, json::to_text(view));
}

/// The answer with the secret, and the one that is kept, without it.
Made made_with_secret(const WebhookDesk& desk, int status, const Endpoint& endpoint, Act act) {
    const auto& webhooks = desk.webhooks;
    auto view = secret_view_of(endpoint, webhooks.source().service, webhooks.now());
    auto kept = http::json_response(status, json::to_text(view));
    view.secret = endpoint.secret;
    return {std::move(act), http::json_response(status, json::to_text(view)), std::move(kept)};
}

std::string words(const std::vector<std::string>& events) {
    std::string text;
    for (const auto& type : events) text += (text.empty() ? "" : " ") + type;
    return text;
}

/// The body of the call, judged; nothing, and the call is answered, if it cannot be.
template <class Body>
std::optional<Body> read_body(WebhookDesk& desk, const SharedCall& call) {
    auto body = json::read<Body>(call->request.body, json::Unknown::refuse);
    std::optional<Error> fault;
    if (!body) {
        fault = body.error();
    } else if constexpr (std::is_same_v<Body, audit_log::ReasonBody>) {
        auto judged = audit_log::read_reason(call->request.body);
        if (!judged) fault = judged.error();
    } else {
        fault = fault_of(*body, {desk.webhooks.source(), desk.webhooks.guard()});
    }
    if (!fault) return std::move(*body);
    desk.answer(call, call->problem(*fault));
    return std::nullopt;
}

/// Performs what `make` does with the endpoint of the path, locked, and the reason of the body.
template <class MakeOfOne>
void perform_on_one(WebhookDesk& desk, const SharedCall& call, MakeOfOne make) {
    const auto body = read_body<audit_log::ReasonBody>(desk, call);
    if (!body) return;
    perform(
        desk, call,
        [id = call->request.parameters.at(0), reason = body->reason,
         make = std::move(make)](sql::Transaction& transaction, Time now) -> Result<Made> {
            auto endpoint = webhook_out::find_endpoint(transaction, id);
            if (!endpoint) return not_found;
            return make(transaction, *endpoint, reason, now);
        }
    );
}

}  // namespace

void create_webhook(WebhookDesk& desk, const SharedCall& call) {
    const auto body = read_body<webhook_out::EndpointBody>(desk, call);
    if (!body) return;
    const auto endpoint = make_endpoint(
        make_id(webhook_out::endpoint_prefix, desk.webhooks.now()), *body,
        webhook_out::make_secret(), desk.webhooks.now()
    );
    perform(
        desk, call,
        [&desk, endpoint,
         reason = body->reason](sql::Transaction& transaction, Time) -> Result<Made> {
            const auto there = webhook_out::list_endpoints(transaction.connection());
            const auto deleted = std::ranges::count_if(there, &Endpoint::deleted);
            const auto living = there.size() - static_cast<std::size_t>(deleted);
            if (living >= webhook_out::most_endpoints) return too_many;
            webhook_out::insert(transaction, endpoint);
            Act act{"webhook.create", endpoint.id, reason};
            act.changes = {
                {"url", std::nullopt, webhook_out::url_in_log(endpoint.url)},
                {"events", std::nullopt, words(endpoint.events)}
            };
            return made_with_secret(desk, 201, endpoint, std::move(act));
        }
    );
}

void change_webhook(WebhookDesk& desk, const SharedCall& call) {
    const auto body = read_body<webhook_out::EndpointPatchBody>(desk, call);
    if (!body) return;
    perform(
        desk, call,
        [&desk, body = *body, id = call->request.parameters.at(0)](
            sql::Transaction& transaction, Time now
        ) -> Result<Made> {
            auto endpoint = webhook_out::find_endpoint(transaction, id);
            if (!endpoint) return not_found;
            auto changes = change(*endpoint, body, now);
            std::optional<Act> act;
            if (!changes.empty()) {
                webhook_out::update(transaction, *endpoint);
                act = Act{"webhook.change", id, body.reason, std::move(changes)};
            }
            return Made{std::move(act), answer_of(desk, *endpoint)};
        }
    );
}

void rotate_webhook(WebhookDesk& desk, const SharedCall& call) {
    perform_on_one(
        desk, call,
        [&desk, secret = webhook_out::make_secret()](
            sql::Transaction& transaction, Endpoint& endpoint, const std::string& reason, Time now
        ) -> Result<Made> {
            rotate(endpoint, secret, now);
            webhook_out::update(transaction, endpoint);
            return made_with_secret(desk, 200, endpoint, {"webhook.rotate", endpoint.id, reason});
        }
    );
}

void remove_webhook(WebhookDesk& desk, const SharedCall& call) {
    perform_on_one(
        desk, call,
        [](sql::Transaction& transaction, Endpoint& endpoint, const std::string& reason,
           Time now) -> Result<Made> {
            Act act{"webhook.delete", endpoint.id, reason};
            act.changes.push_back({"url", webhook_out::url_in_log(endpoint.url), std::nullopt});
            remove(endpoint, now);
            webhook_out::update(transaction, endpoint);
            const webhook_out::EndpointDeletedView view{endpoint.id};
            return Made{std::move(act), http::json_response(200, json::to_text(view))};
        }
    );
}

void test_webhook(WebhookDesk& desk, const SharedCall& call) {
    perform_on_one(
        desk, call,
        [&desk](
            sql::Transaction& transaction, Endpoint& endpoint, const std::string& reason, Time now
        ) -> Result<Made> {
            if (!endpoint.enabled()) return not_enabled;
            const auto event_id = make_id(prefix::message, now);
            const auto type = std::string(webhook_out::test_type);
            const auto event = json::to_text(webhook_out::TestEvent{endpoint.id});
            auto body = body_of(desk.webhooks.source(), event_id, type, now, event);
            const auto delivery = make_delivery(endpoint, event_id, type, std::move(body), now);
            webhook_out::insert(transaction, std::span(&delivery, 1));
            Act act{"webhook.test", endpoint.id, reason};
            act.changes.push_back({"delivery", std::nullopt, delivery.id});
            return Made{std::move(act), http::json_response(202, json::to_text(view_of(delivery)))};
        }
    );
}

void redeliver_webhook(WebhookDesk& desk, const SharedCall& call) {
    perform_on_one(
        desk, call,
        [id = call->request.parameters.at(1)](
            sql::Transaction& transaction, Endpoint& endpoint, const std::string& reason, Time now
        ) -> Result<Made> {
            auto delivery = webhook_out::lock_delivery(transaction, id);
            if (!delivery || delivery->endpoint_id != endpoint.id) return not_found;
            if (!endpoint.enabled()) return not_enabled;
            Act act{"webhook.redeliver", id, reason};
            act.changes.push_back(
                {"status", std::string(json::name_of(delivery->status)), "waiting"}
            );
            redeliver(*delivery, now);
            webhook_out::update(transaction, *delivery);
            return Made{
                std::move(act), http::json_response(202, json::to_text(view_of(*delivery)))
            };
        }
    );
}

}  // namespace pay
