#include "order/town.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/json/read.hpp"
#include "order/desk.hpp"
#include "order/store.hpp"

namespace pay::order::test {

Town::Town() {
    open();
}

void Town::open() {
    io = std::make_unique<http::Io>(2);
    bus = std::make_unique<bus::Local>();
    storage = sql::open_storage(scratch.url());
    // Messages that cannot be handled are parked at once.
    const Context context{*storage, *bus, *io, metrics, clock, "town", {.most = 1}};
    service = std::make_unique<Service>(context, Settings{});
    flow = std::make_unique<PaymentFlow>(*service, gateway, *io);
    driver = std::make_unique<Driver>(*service, *flow, gateway, *io, clock);
    reconciler = std::make_unique<reconcile::Reconciler>(
        *service, *flow, gateway, *io, metrics, reconciling
    );
    auto_charges = std::make_unique<AutoChargeJob>(*service, *flow, billing, *io);
    x_routes = routes_of(*service, *flow, *io, {});
    order::subscribe(*bus, *service, *flow);
    subscribe();
    service->start();
    bus->start();
    driver->start();
    reconciler->start();
    auto_charges->start();
    std::promise<void> learnt;
    service->engine().execute(bus::Message{}, package(), [&](dead_letter::Outcome) {
        learnt.set_value();
    });
    learnt.get_future().get();
}

void Town::close() {
    if (!service) return;
    reconciler->stop();
    driver->stop();
    auto_charges->stop();
    service->stop_sending();
    service->engine().stop();
    io->stop();
    gateway.release();
    x_routes.clear();
    reconciler.reset();
    auto_charges.reset();
    driver.reset();
    flow.reset();
    service.reset();
    storage.reset();
    bus.reset();
    io.reset();
}

void Town::reply(std::string type, const std::string& key, std::string payload) {
    const bus::Message message{
        "msg_" + std::to_string(++x_ids),
        std::string(point::replies_topic),
        key,
        std::move(type),
        std::move(payload),
        {},
        {}
    };
    bus->publish(message, [](bool) {});
}

void Town::subscribe() {
    bus->subscribe(
        {std::string(point::commands_topic), "point",
         [this](const bus::Message& message, bus::Handled handled) {
             handled(bus::Verdict::done);
             if (!services_answer) return;
             if (message.type == point::check_type && !ledger_answers) return;
             auto said = ledger.hear(message.type, message.payload);
             reply(std::move(said.type), said.key, std::move(said.payload));
         }}
    );
    bus->subscribe(
        {std::string(order_item::commands_topic), "order-item",
         [this](const bus::Message& message, bus::Handled handled) {
             handled(bus::Verdict::done);
             if (!services_answer) return;
             const bool save = message.type == order_item::save_type;
             const bool refused = save && item_refused;
             const auto& type = refused ? order_item::refused_type : order_item::done_type;
             reply(
                 std::string(type), message.key,
                 json::to_text(order_item::Reply{
                     message.key, save ? order_item::Action::save : order_item::Action::revoke,
                     refused ? "ALREADY_OWNED" : ""
                 })
             );
         }}
    );
    bus->subscribe(
        {std::string(events_topic), "world",
         [this](const bus::Message& message, bus::Handled handled) {
             {
                 const std::lock_guard lock(x_mutex);
                 ++x_told[message.type];
             }
             handled(bus::Verdict::done);
             bell.ring();
         }}
    );
}

int Town::told(const std::string& type) {
    const std::lock_guard lock(x_mutex);
    return x_told[type];
}

std::future<http::Response> Town::post(Asked asked) {
    http::Request request;
    request.method = http::Method::post;
    request.path = asked.path;
    request.body = std::move(asked.body);
    request.caller = {asked.user, asked.role};
    if (!asked.key.empty()) request.headers.emplace_back("idempotency-key", asked.key);
    if (asked.wait_s > 0)
        request.headers.emplace_back("prefer", "wait=" + std::to_string(asked.wait_s));
    std::string pattern = asked.path;
    if (const auto at = asked.path.find("ord_"); at != asked.path.npos) {
        const auto end = std::min(asked.path.find('/', at), asked.path.size());
        request.parameters.push_back(asked.path.substr(at, end - at));
        pattern.replace(at, end - at, "{id}");
    }
    const auto route = std::ranges::find_if(x_routes, [&](const http::Route& one) {
        return one.method == http::Method::post && one.path == pattern;
    });
    REQUIRE(route != x_routes.end());
    auto promise = std::make_shared<std::promise<http::Response>>();
    auto future = promise->get_future();
    route->handler(
        std::move(request),
        http::Responder(
            [promise](http::Response response) { promise->set_value(std::move(response)); },
            http::Language::en, asked.path
        )
    );
    return future;
}

http::Response Town::get(const std::string& path) {
    http::Request request;
    request.method = http::Method::get;
    request.path = path;
    request.caller = {"root", http::Role::admin};
    std::string pattern = path;
    if (const auto at = path.find("rec_"); at != path.npos) {
        const auto end = std::min(path.find('/', at), path.size());
        request.parameters.push_back(path.substr(at, end - at));
        pattern.replace(at, end - at, "{id}");
    }
    const auto route = std::ranges::find_if(x_routes, [&](const http::Route& one) {
        return one.method == http::Method::get && one.path == pattern;
    });
    REQUIRE(route != x_routes.end());
    std::promise<http::Response> answered;
    route->handler(
        std::move(request),
        http::Responder(
            [&answered](http::Response response) { answered.set_value(std::move(response)); },
            http::Language::en, path
        )
    );
    return answered.get_future().get();
}

std::string Town::place(std::string user) {
    const auto response = call({"/v1/orders", R"({"item_id":"itm_p"})", std::move(user)});
    REQUIRE(response.status == 201);
    const auto at = response.body.find("ord_");
    return response.body.substr(at, 30);
}

std::future<http::Response> Town::confirm(
    const std::string& order_id, int wait_s, std::string key
) {
    return post(
        {"/v1/orders/" + order_id + "/confirm", R"({"receipt_id":")" + receipt_a + "\"}", "kim",
         std::move(key), wait_s}
    );
}

std::optional<Order> Town::find(const std::string& id) {
    return find_order(*service->engine().database().connect(sql::Mode::read_only), id);
}

std::vector<Order> Town::all() {
    return list_orders(*service->engine().database().connect(sql::Mode::read_only), {});
}

bool Town::reaches(const std::string& id, Status status) {
    auto reached = std::make_shared<std::promise<void>>();
    const auto watch = service->watchers()->watch(id, [reached, status](const Order& order) {
        if (order.status == status) reached->set_value();
        return order.status == status;
    });
    if (const auto now = find(id); now && now->status == status) return true;
    return reached->get_future().wait_for(std::chrono::seconds{20}) == std::future_status::ready;
}

std::vector<Refund> Town::refunds() {
    std::vector<Refund> found;
    const auto connection = service->engine().database().connect(sql::Mode::read_write);
    const Command ask = BeginRefund{receipt_a, {}, {}};
    const std::array<const Command*, 1> commands{&ask};
    for (const auto& [id, refund] : load(*connection, commands).refunds) found.push_back(refund);
    return found;
}

}  // namespace pay::order::test
