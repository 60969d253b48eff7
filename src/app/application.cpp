#include "app/application.hpp"

#include <algorithm>
#include <array>
#include <future>
#include <optional>

#include "app/operations.hpp"
#include "app/security.hpp"
#include "core/bus/local.hpp"
#include "core/http/base_url.hpp"
#include "core/http/networks.hpp"
#include "core/http/server.hpp"
#include "core/log/log.hpp"
#include "item/service.hpp"
#include "item/store.hpp"
#include "order/api.hpp"
#include "order/driver.hpp"
#include "order/handlers.hpp"
#include "order/store.hpp"
#include "order_item/service.hpp"
#include "order_item/store.hpp"
#include "point/service.hpp"
#include "point/store.hpp"
#include "sandbox/sandbox.hpp"

namespace pay::app {
namespace {

constexpr int io_threads = 2;
constexpr Duration stop_grace = std::chrono::seconds{10};

struct Schema {
    std::string_view service;
    std::vector<EmbeddedFile> migrations;
};

std::vector<Schema> schemas() {
    return {
        {"order", migrations_of(order::migrations())},
        {"point", migrations_of(point::migrations())},
        {"order_item", migrations_of(order_item::migrations())},
        {"item", migrations_of(item::schema)},
    };
}

/// What a combination of flags asks for and this process can do.
void check(const ServeOptions& options) {
    if (options.bus_url != "local:") {
        throw BadUse("--bus " + options.bus_url + " is not known: this version has local: only");
    }
    constexpr std::size_t all = 4;
    std::vector<std::string> named = options.services;
    std::ranges::sort(named);
    const auto unique =
        static_cast<std::size_t>(std::ranges::unique(named).begin() - named.begin());
    if (unique != 0 && unique != all) {
        throw BadUse("--bus local: ties all four services together in one process: name all or none"
        );
    }
}

std::string listen_of(const ServeOptions& options) {
    return options.listen.empty() ? "127.0.0.1:8080" : options.listen;
}

/// As browsers write it in their Origin header.
bool is_origin(const std::string& text) {
    try {
        return http::parse_base_url(text).prefix.empty() && !text.ends_with('/');
    } catch (const std::runtime_error&) {
        return false;
    }
}

/// Values that cannot work are refused before a folder is made or a database opened.
std::shared_ptr<const http::TokenVerifier> check_values(
    const ServeOptions& options, std::shared_ptr<const Clock> clock
) {
    http::check_listen(listen_of(options));
    http::Networks{options.webhook_allow};
    http::Networks{options.trusted_proxies};
    if (!options.cors_origin.empty() && !is_origin(options.cors_origin)) {
        throw BadUse("--cors-origin is http(s)://HOST[:PORT], without a slash at its end");
    }
    if (options.bootpay_url == "sandbox:") {
        http::check_listen(options.sandbox_listen);
    } else {
        http::parse_base_url(options.bootpay_url);
    }
    const auto& token = options.token;
    return std::make_shared<http::TokenVerifier>(
        http::TokenOptions{token.secret, token.keys_file, token.issuer, token.audience},
        std::move(clock)
    );
}

std::unique_ptr<sql::Storage> open_locked(const ServeOptions& options) {
    auto storage = sql::open_storage(options.database_url);
    storage->lock();
    if (!options.no_migrate) return storage;
    for (const auto& [service, migrations] : schemas()) {
        auto connection = storage->existing(service)->connect(sql::Mode::read_only);
        if (sql::migrated(*connection, migrations)) continue;
        throw std::runtime_error(
            "the database of " + std::string(service) +
            " has an older schema: run `payments migrate`"
        );
    }
    return storage;
}

sandbox::SandboxOptions sandbox_options(const ServeOptions& options) {
    sandbox::SandboxOptions hosted;
    hosted.listen = options.sandbox_listen;
    hosted.db = options.database_url;
    hosted.keys = sandbox_keys(options.bootpay);
    return hosted;
}

}  // namespace

/// In the order of building; taken down by stop() step by step, and last by this order reversed.
struct Application::Parts {
    explicit Parts(ServeOptions given)
        : options(std::move(given)),
          verifier(check_values(options, clock)),
          storage(open_locked(options)),
          io(io_threads),
          context{*storage, bus, io, metrics, clock},
          item(context),
          point(context),
          order_item(context),
          order(context, options.order) {
        if (options.bootpay_url == "sandbox:") {
            sandbox = std::make_unique<sandbox::Sandbox>(io, sandbox_options(options), clock);
            options.bootpay.base_url = sandbox->url() + "/v2";
        } else {
            options.bootpay.base_url = options.bootpay_url;
        }
        gateway = std::make_unique<bootpay::Client>(io, options.bootpay, clock);
        flow = std::make_unique<order::PaymentFlow>(order, *gateway, io);
        driver = std::make_unique<order::Driver>(order, *flow, *gateway, io, clock);
        point.subscribe(bus);
        order_item.subscribe(bus);
        order::subscribe(bus, order, *flow);
        router = std::make_unique<http::Router>(verifier);
        add_routes();
        http::ServerOptions serving;
        serving.listen = listen_of(options);
        serving.cors_origin = options.cors_origin;
        serving.trusted_proxies = options.trusted_proxies;
        server = std::make_unique<http::Server>(
            io, std::move(serving),
            [this](http::Request request, http::Responder responder) {
                auto logged = log_answer(request, std::move(responder), *clock);
                router->handle(std::move(request), std::move(logged));
            }
        );
        if (sandbox) sandbox->set_webhook_url(server->url() + "/webhooks/bootpay");
    }

    void add_routes() {
        router->add(item.routes());
        router->add(point.routes());
        router->add(order_item.routes());
        router->add(order::routes_of(
            order, *flow, io, {options.bootpay_web_key, options.webhook_allow, 20'000}
        ));
        router->add(operation_routes(
            metrics, {{"item", [this] { return item.fault(); }},
                      {"point", [this] { return point.fault(); }},
                      {"order-item", [this] { return order_item.fault(); }},
                      {"order", [this] { return order.fault(); }}}
        ));
    }

    ServeOptions options;
    std::shared_ptr<const Clock> clock = std::make_shared<SystemClock>();
    std::shared_ptr<const http::TokenVerifier> verifier;
    std::unique_ptr<sql::Storage> storage;
    metrics::Metrics metrics;
    http::Io io;
    bus::Local bus;
    Context context;
    item::Service item;
    point::Service point;
    order_item::Service order_item;
    order::Service order;
    std::unique_ptr<sandbox::Sandbox> sandbox;
    std::unique_ptr<bootpay::Client> gateway;
    std::unique_ptr<order::PaymentFlow> flow;
    std::unique_ptr<order::Driver> driver;
    std::unique_ptr<http::Router> router;
    std::unique_ptr<http::Server> server;
    bool stopped = false;
};

Application::Application(ServeOptions options) {
    check(options);
    secure(options, listen_of(options));
    x_parts = std::make_unique<Parts>(std::move(options));
}

Application::~Application() {
    stop();
}

void Application::start() {
    auto& parts = *x_parts;
    parts.point.start();
    parts.order_item.start();
    parts.order.start();
    parts.item.start();
    // The copies of the catalogue are read to the end before anything is sold.
    std::promise<void> announced;
    parts.item.announce([&announced] { announced.set_value(); });
    announced.get_future().wait();
    parts.bus.start();
    if (parts.sandbox) parts.sandbox->start();
    parts.driver->start();
    parts.server->start();
}

void Application::stop() {
    auto& parts = *x_parts;
    if (std::exchange(parts.stopped, true)) return;
    parts.server->stop(stop_grace);
    parts.driver->stop();
    parts.gateway.reset(
    );  // ends the calls under way, while those who wait for them are still there
    parts.item.engine().stop_sending();
    parts.order.stop_sending();
    parts.point.engine().stop_sending();
    parts.order_item.engine().stop_sending();
    parts.item.engine().stop();
    parts.order.engine().stop();
    parts.point.engine().stop();
    parts.order_item.engine().stop();
    if (parts.sandbox) parts.sandbox->stop();
    parts.io.stop();
}

std::string Application::url() const {
    return x_parts->server->url();
}

std::string Application::sandbox_url() const {
    return x_parts->sandbox ? x_parts->sandbox->url() : std::string{};
}

const std::vector<std::string>& Application::routes() const {
    return x_parts->router->listing();
}

void migrate_all(const std::string& database_url) {
    auto storage = sql::open_storage(database_url);
    storage->lock();
    for (const auto& [service, migrations] : schemas()) {
        auto connection = storage->database(service)->connect(sql::Mode::read_write);
        sql::migrate(*connection, migrations);
    }
}

}  // namespace pay::app
