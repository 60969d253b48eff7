// Calls each function that every request goes through, for callgrind to count. Without it, it only
// runs.

#include <valgrind/callgrind.h>

#include <cstdio>
#include <string>

#include "core/http/router.hpp"
#include "order/rules.hpp"
#include "order/wire.hpp"
#include "order_item/rules.hpp"
#include "point/rules.hpp"

namespace {

using namespace pay;

const Time noon = from_epoch_ms(1'772'414'130'000);
const std::string order_id = "ord_01KJPQ3ZGG8X4T6V9W2Y5B7D0F";
const std::string receipt_id = "69a4f1b2c3d4e5f60718293a";
constexpr int uncounted = 10;  // the first calls make room that the others use again
constexpr int counted = 100;

/// `call(i)` again and again; what it needs is made before.
template <class Call>
void count(const char* name, Call call) {
    for (int i = 0; i < uncounted; ++i) call(i);
    CALLGRIND_ZERO_STATS;
    CALLGRIND_TOGGLE_COLLECT;
    for (int i = uncounted; i < uncounted + counted; ++i) call(i);
    CALLGRIND_TOGGLE_COLLECT;
    const std::string label = std::string(name) + ' ' + std::to_string(counted);
    CALLGRIND_DUMP_STATS_AT(label.c_str());
}

void must(bool good, const char* what) {
    if (good) return;
    std::fprintf(stderr, "%s\n", what);
    std::exit(1);
}

item::Changed package() {
    return {
        "itm_p",
        item::Kind::point_package,
        "500 포인트",
        Won{5'000},
        Points{500},
        {},
        item::Status::on_sale,
        1
    };
}

/// The database after many orders is another matter: a batch only knows the orders it touches.
struct Services {
    order::State orders{};
    point::State points{};
    order_item::State items{};
    std::vector<bus::Message> messages{};

    /// All that is decided between a caller's POST and SUCCESS, by all services.
    order::Order charge() {
        *this = {};
        orders.items.emplace("itm_p", package());
        const gateway::Payment payment{receipt_id, "a shop's own",       "kim", Won{5'000},
                                       {},         gateway::Stage::paid, {}};
        decide(order::PlacePaid{{order_id, "kim", "itm_p", {}, {}}, payment});
        const point::Command credit{order_id, "kim", Points{500}};
        must(
            point::decide(points, point::Credit{"ptx_1", credit}, {}, noon, messages).has_value(),
            "credit"
        );
        const order_item::Save save{order_id, "kim",      "itm_p",    "500 포인트",
                                    {},       Won{5'000}, Points{500}};
        must(
            order_item::decide(items, order_item::SaveItem{"oit_1", save}, noon, messages)
                .has_value(),
            "save"
        );
        decide(order::PointReplied{{order_id, point::Action::credit, ""}});
        return decide(order::OrderItemReplied{{order_id, order_item::Action::save, ""}});
    }

    order::Order decide(const order::Command& command) {
        static const order::Settings settings;
        auto answer = order::decide(orders, command, settings, noon, messages);
        must(answer.has_value(), "decide");
        return std::move(answer->order);
    }
};

void count_json(const order::Order& order) {
    std::string text;
    count("write_order", [&](int) { text = order::to_json(order, http::Language::en); });
    const std::string body =
        R"({"item_id":"itm_01KJPQ3ZGG8X4T6V9W2Y5B7D0F","receipt_id":")" + receipt_id + "\"}";
    count("read_place", [&](int) { must(order::read_place(body).has_value(), "read_place"); });
    const std::string reply = json::to_text(point::Reply{order_id, point::Action::credit, ""});
    count("read_reply", [&](int) {
        must(order::read_point_reply(reply).has_value(), "read_reply");
    });
}

http::Request look_up(const std::string& authorization) {
    http::Request request;
    request.method = http::Method::get;
    request.path = "/v1/orders/" + order_id;
    request.headers = {{"host", "127.0.0.1:8080"}, {"authorization", authorization}};
    return request;
}

void count_routing() {
    const std::string secret = "a secret of at least thirty-two bytes";
    const auto verifier = std::make_shared<http::TokenVerifier>(
        http::TokenOptions{.secret = secret}, std::make_shared<ManualClock>(noon)
    );
    http::TokenClaims claims;
    claims.user_id = "kim";
    claims.expires = noon + std::chrono::hours{1};
    const std::string authorization = "Bearer " + http::sign_token(claims, secret, noon);
    count("check_token", [&](int) { must(verifier->verify(authorization).has_value(), "token"); });

    using http::Access;
    using enum http::Method;
    const http::Handler show = [](const http::Request& request, http::Responder responder) {
        responder.send(http::json_response(200, request.parameters.at(0)));
    };
    http::Router router(verifier);
    router.add(
        {{get, "/v1/orders/{id}", Access::user, show},
         {post, "/v1/orders/{id}/confirm", Access::user, show},
         {get, "/v1/orders", Access::user, show},
         {get, "/v1/points", Access::user, show},
         {get, "/v1/items/{id}", Access::open, show}}
    );
    std::vector<http::Request> requests(uncounted + counted, look_up(authorization));
    count("route_with_token", [&](int i) {
        auto& request = requests.at(static_cast<std::size_t>(i));
        bool found = false;
        http::Responder responder(
            [&](const http::Response& response) { found = response.body == order_id; },
            http::Language::en, request.path
        );
        router.handle(std::move(request), std::move(responder));
        must(found, "route");
    });
}

}  // namespace

int main() {
    Services services;
    order::Order order;
    count("decide_charge", [&](int) { order = services.charge(); });
    must(order.status == order::Status::SUCCESS, "the charge did not end in SUCCESS");
    count_json(order);
    count_routing();
}
