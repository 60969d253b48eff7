#include <doctest/doctest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <set>
#include <utility>

#include "app/application.hpp"
#include "app/security.hpp"
#include "app/setup.hpp"
#include "app/test_clock.hpp"
#include "core/audit_log/audit_log.hpp"
#include "core/dead_letter/wire.hpp"
#include "core/embedded.hpp"
#include "core/http/test_wire.hpp"
#include "core/sql/scratch_folder.hpp"
#include "core/webhook_out/rules.hpp"
#include "core/webhook_out/wire.hpp"
#include "core/runtime/status_route.hpp"
#include "item/types.hpp"
#include "order/operator_wire.hpp"
#include "order/messages.hpp"
#include "order/reconcile_wire.hpp"
#include "order/sales.hpp"
#include "order/wire.hpp"
#include "order/wire_auto_charge.hpp"
#include "point/flows.hpp"
#include "point/history.hpp"
#include "point/messages.hpp"
#include "point/wire.hpp"

namespace pay::app {

extern const std::span<const EmbeddedFile> files;

namespace {

using boost::json::object;
using boost::json::value;
using Names = std::set<std::string>;

const value& document() {
    static const value parsed = boost::json::parse(files.front().text);
    return parsed;
}

const value& at(std::string_view pointer) {
    return document().at_pointer(pointer);
}

std::string upper_case(std::string_view text) {
    std::string upper(text);
    std::ranges::transform(upper, upper.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return upper;
}

/// Calls `use` with "GET /v1/items" and what the document says of it.
template <class Use>
void each_operation(Use use) {
    for (const auto& [path, methods] : at("/paths").as_object()) {
        for (const auto& [method, operation] : methods.as_object()) {
            use(upper_case(method) + ' ' + std::string(path), operation.as_object());
        }
    }
}

/// The names a text uses of `kind`, wherever they stand in the document.
void find_references(const value& node, Names& found) {
    if (const auto* array = node.if_array()) {
        for (const auto& element : *array) find_references(element, found);
    } else if (const auto* fields = node.if_object()) {
        for (const auto& [name, field] : *fields) {
            if (name == "$ref") found.emplace(field.as_string());
            find_references(field, found);
        }
    }
}

Names property_names(const std::string& schema) {
    Names names;
    for (const auto& field : at("/components/schemas/" + schema + "/properties").as_object()) {
        names.emplace(field.key());
    }
    return names;
}

template <class T>
Names member_names() {
    using Members = boost::describe::describe_members<T, boost::describe::mod_public>;
    Names names;
    boost::mp11::mp_for_each<Members>([&](auto member) { names.emplace(member.name); });
    return names;
}

/// Everything of this version, served from a folder of its own.
struct Served {
    Served() : application(options()) { application.start(); }
    ServeOptions options() const {
        ServeOptions made;
        made.listen = "127.0.0.1:0";
        made.sandbox_listen = "127.0.0.1:0";
        made.database_url = folder.url();
        made.test_clock = true;
        return made;
    }

    /// The status that answers a call; `route` is "GET /v1/items/{id}".
    int ask(std::string route, const std::string& authorization) const {
        for (auto open = route.find('{'); open != std::string::npos; open = route.find('{')) {
            route.replace(open, route.find('}') - open + 1, "nobody");
        }
        const auto url = application.url();
        http::test::Wire wire(std::stoi(url.substr(url.rfind(':') + 1)));
        wire.send(route + " HTTP/1.1\r\nhost: test\r\ncontent-length: 0\r\n");
        if (!authorization.empty()) wire.send("authorization: Bearer " + authorization + "\r\n");
        wire.send("\r\n");
        return std::stoi(wire.read_answer().substr(9, 3));
    }

    sql::ScratchFolder folder;
    Application application;
};

TEST_CASE("every route is in the document, and every path of the document is a route") {
    const Served served;
    Names documented;
    each_operation([&](const std::string& route, const object&) { documented.insert(route); });
    // For people's browsers, not for callers.
    const Names pages{
        "GET /", "GET /console", "GET /docs", "GET /favicon.svg", "GET /assets/{file}"
    };
    documented.insert(pages.begin(), pages.end());
    const auto& routes = served.application.routes();
    CHECK(documented == Names(routes.begin(), routes.end()));
}

TEST_CASE("who may call a route is what the document says") {
    const Served served;
    const Time now = SystemClock{}.now();
    const auto user = http::sign_token(
        {.user_id = "alice", .expires = now + std::chrono::hours{1}}, development_secret, now
    );
    each_operation([&](const std::string& route, const object& operation) {
        CAPTURE(route);
        const bool open = operation.at("security").as_array().empty();
        CHECK((served.ask(route, "") == 401) == !open);
        if (open) return;
        const bool admin = operation.contains("x-role");
        CHECK((served.ask(route, user) == 403) == admin);
    });
}

TEST_CASE("every code has its examples, in both languages, and some call that answers it") {
    // Not an answer of any path: the one of a method that a path has not.
    const Names elsewhere{"METHOD_NOT_ALLOWED"};
    Names used;
    find_references(at("/components/responses"), used);
    Names names;
    for (int i = 0; i <= std::to_underlying(Code::internal); ++i) {
        const auto& known = facts(static_cast<Code>(i));
        std::string name(known.name);
        names.insert(name);
        if (static_cast<Code>(i) == Code::payment_gateway_timeout) name += ".timeout";
        CAPTURE(name);
        for (const auto& [suffix, title] :
             {std::pair{"", known.title.en}, std::pair{".ko", known.title.ko}}) {
            const auto& shown = at("/components/examples/" + name + suffix + "/value");
            CHECK(shown.at("code").as_string() == known.name);
            CHECK(shown.at("status").as_int64() == known.status);
            CHECK(shown.at("title").as_string() == title);
            const bool referred = used.contains("#/components/examples/" + name + suffix);
            CHECK(referred != elsewhere.contains(name));
        }
    }
    Names documented;
    for (const auto& name : at("/components/schemas/ErrorCode/enum").as_array()) {
        documented.emplace(name.as_string());
    }
    CHECK(documented == names);
}

TEST_CASE("every reference leads somewhere, and everything to refer to is referred to") {
    Names references;
    find_references(document(), references);
    for (const auto& reference : references) {
        CAPTURE(reference);
        boost::json::error_code missing;
        CHECK(document().find_pointer(reference.substr(1), missing) != nullptr);
    }
    const Names elsewhere{"METHOD_NOT_ALLOWED", "METHOD_NOT_ALLOWED.ko"};
    for (const auto& [kind, things] : at("/components").as_object()) {
        if (kind == "securitySchemes") continue;
        for (const auto& thing : things.as_object()) {
            const std::string name(thing.key());
            CAPTURE(name);
            const bool referred =
                references.contains("#/components/" + std::string(kind) + "/" + name);
            CHECK(referred != elsewhere.contains(name));
        }
    }
}

TEST_CASE("the fields of the document are the fields of the code") {
    CHECK(property_names("Item") == member_names<item::Item>());
    CHECK(property_names("Order") == member_names<order::OrderView>());
    CHECK(property_names("Step") == member_names<order::StepView>());
    CHECK(property_names("Failure") == member_names<order::FailureView>());
    CHECK(property_names("Checkout") == member_names<order::Checkout>());
    CHECK(property_names("NewOrder") == member_names<order::PlaceBody>());
    CHECK(property_names("Confirmation") == member_names<order::ConfirmBody>());
    CHECK(property_names("CancelWish") == member_names<order::CancelBody>());
    CHECK(property_names("CancelPreview") == member_names<order::CancelPreview>());
    CHECK(property_names("Cancellation") == member_names<order::CancellationView>());
    CHECK(property_names("NewBillingKey") == member_names<order::BillingKeyBody>());
    CHECK(property_names("BillingKey") == member_names<order::BillingKeyView>());
    CHECK(property_names("NewAutoCharge") == member_names<order::AutoChargeBody>());
    CHECK(property_names("AutoCharge") == member_names<order::AutoChargeView>());
    CHECK(property_names("ChargeFailure") == member_names<order::FailureView>());
    CHECK(property_names("RefundAccount") == member_names<gateway::RefundAccount>());
    CHECK(property_names("Reason") == member_names<audit_log::ReasonBody>());
    CHECK(property_names("Reconciliation") == member_names<order::reconcile::RunView>());
    CHECK(property_names("ReconciliationSpan") == member_names<order::reconcile::RunBody>());
    CHECK(property_names("Finding") == member_names<order::reconcile::FindingView>());
    CHECK(property_names("OperatorAction") == member_names<audit_log::ActionView>());
    CHECK(property_names("FieldChange") == member_names<audit_log::Change>());
    CHECK(property_names("LedgerEntry") == member_names<point::LedgerEntry>());
    CHECK(property_names("Lot") == member_names<point::LotView>());
    CHECK(property_names("Grant") == member_names<point::GrantBody>());
    CHECK(property_names("Adjustment") == member_names<point::AdjustBody>());
    CHECK(property_names("PastWallet") == member_names<point::PastWallet>());
    CHECK(property_names("DeadLetter") == member_names<dead_letter::LetterView>());
    CHECK(property_names("WholeDeadLetter") == member_names<dead_letter::WholeLetterView>());
    CHECK(property_names("Replay") == member_names<dead_letter::ReplayedView>());
    CHECK(property_names("Discard") == member_names<dead_letter::DiscardedView>());
    CHECK(property_names("Setup") == member_names<Setup>());
    CHECK(property_names("TokenWish") == member_names<TokenWish>());
    CHECK(property_names("GivenToken") == member_names<GivenToken>());
    CHECK(property_names("TestClock") == member_names<ClockView>());
    CHECK(property_names("ClockAdvance") == member_names<AdvanceBody>());
}

TEST_CASE("what operators are shown is in the document, field by field") {
    CHECK(property_names("OrderDossier") == member_names<order::DossierView>());
    CHECK(property_names("OrderReceipt") == member_names<order::ReceiptView>());
    CHECK(property_names("Refund") == member_names<order::RefundView>());
    CHECK(property_names("OrderWebhook") == member_names<order::WebhookView>());
    CHECK(property_names("OrderWaits") == Names{"for", "attempts", "next_at", "deadline_at"});
    CHECK(property_names("TimelineEntry") == member_names<order::TimelineEntry>());
    CHECK(property_names("OrderAction") == member_names<order::ActionView>());
    CHECK(property_names("OrderConcern") == member_names<order::ConcernView>());
    CHECK(property_names("SalesPiece") == member_names<order::SalesView>());
    CHECK(property_names("SalesList") == member_names<order::SalesList>());
    CHECK(property_names("FlowPiece") == member_names<point::FlowView>());
    CHECK(property_names("FlowList") == member_names<point::FlowList>());
    CHECK(property_names("Worth") == member_names<point::WorthView>());
    CHECK(property_names("Liability") == member_names<point::LiabilityView>());
    CHECK(property_names("ServiceStatus") == member_names<StatusView>());
    CHECK(property_names("OutboxStatus") == member_names<OutboxView>());
    CHECK(property_names("ConsumerLag") == member_names<LagView>());
    CHECK(property_names("ServiceInstance") == member_names<InstanceView>());
}

TEST_CASE("what is said of webhooks we send is what the code has") {
    using namespace webhook_out;
    CHECK(property_names("NewWebhookEndpoint") == member_names<EndpointBody>());
    CHECK(property_names("WebhookEndpointChange") == member_names<EndpointPatchBody>());
    CHECK(property_names("WebhookEndpoint") == member_names<EndpointView>());
    CHECK(property_names("WebhookEndpointWithSecret") == member_names<SecretView>());
    CHECK(property_names("WebhookEndpointDeleted") == member_names<EndpointDeletedView>());
    CHECK(property_names("WebhookDelivery") == member_names<DeliveryView>());
    CHECK(property_names("WholeWebhookDelivery") == member_names<WholeDeliveryView>());
    CHECK(property_names("WebhookTry") == member_names<AttemptView>());
    CHECK(property_names("WebhookTest") == member_names<TestEvent>());
    CHECK(property_names("OrderEvent") == member_names<order::Event>());
    CHECK(property_names("AutoChargePaused") == member_names<order::AutoChargePaused>());
    CHECK(property_names("PointChanged") == member_names<point::Changed>());
    CHECK(property_names("PointExpiring") == member_names<point::Expiring>());
    Names sent;
    for (const auto& hook : at("/webhooks").as_object()) sent.emplace(hook.key());
    CHECK(
        sent == Names{
                    std::string(order::paid_type), std::string(order::succeeded_type),
                    std::string(order::failed_type), std::string(order::canceled_type),
                    std::string(order::expired_type), std::string(order::auto_charge_paused_type),
                    std::string(point::changed_type), std::string(point::expiring_type),
                    std::string(test_type)
                }
    );
    sent.erase(std::string(test_type));
    sent.emplace(every_event);
    Names offered;
    for (const auto& type :
         at("/components/schemas/NewWebhookEndpoint/properties/events/items/enum").as_array()) {
        offered.emplace(type.as_string());
    }
    CHECK(offered == sent);
}

TEST_CASE("bodies of requests are closed, and every operation has a summary in both languages") {
    each_operation([&](const std::string& route, const object& operation) {
        CAPTURE(route);
        CHECK(operation.contains("summary"));
        CHECK(operation.contains("x-summary-ko"));
        // Bootpay's own webhook alone may hold what we do not know.
        if (!operation.contains("requestBody") || route == "POST /webhooks/bootpay") return;
        const auto& body = operation.at("requestBody").at("content").at("application/json");
        const std::string reference(body.at("schema").at("$ref").as_string());
        CHECK(at(reference.substr(1)).at("additionalProperties") == false);
    });
}

}  // namespace
}  // namespace pay::app
