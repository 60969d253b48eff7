#include "app/application.hpp"

#include <future>
#include <optional>

#include "app/answer_tally.hpp"
#include "app/bus.hpp"
#include "app/counted_gateway.hpp"
#include "app/operations.hpp"
#include "app/sandbox_faults.hpp"
#include "app/security.hpp"
#include "app/selection.hpp"
#include "app/setup.hpp"
#include "app/test_clock.hpp"
#include "core/http/server.hpp"
#include "core/log/log.hpp"
#include "item/service.hpp"
#include "item/store.hpp"
#include "order/api.hpp"
#include "order/api_auto_charge.hpp"
#include "order/auto_charge_job.hpp"
#include "order/driver.hpp"
#include "order/handlers.hpp"
#include "order/reconciler.hpp"
#include "order/store.hpp"
#include "order_item/service.hpp"
#include "order_item/store.hpp"
#include "pages/pages.hpp"
#include "point/service.hpp"
#include "point/store.hpp"
#include "sandbox/sandbox.hpp"

namespace pay::app {
namespace {

constexpr int io_threads = 2;
constexpr std::int64_t webhook_limit = 20'000;  // that wait to be looked up
constexpr Duration stop_grace = std::chrono::seconds{10};

struct Schema {
    std::string_view service;
    std::vector<EmbeddedFile> migrations;
};

/// Of all services, or of those that the options name.
std::vector<Schema> schemas(const ServeOptions& options = {}) {
    std::vector<Schema> chosen;
    if (serves(options, "order")) chosen.push_back({"order", migrations_of(order::migrations())});
    if (serves(options, "point")) chosen.push_back({"point", migrations_of(point::migrations())});
    if (serves(options, "order-item")) {
        chosen.push_back({"order_item", migrations_of(order_item::migrations())});
    }
    if (serves(options, "item")) chosen.push_back({"item", migrations_of(item::schema)});
    return chosen;
}

std::unique_ptr<sql::Storage> open_locked(const ServeOptions& options) {
    auto storage = sql::open_storage(options.database_url);
    storage->lock();
    if (!options.no_migrate) return storage;
    for (const auto& [service, migrations] : schemas(options)) {
        auto connection = storage->existing(service)->connect(sql::Mode::read_only);
        if (sql::migrated(*connection, migrations)) continue;
        throw std::runtime_error(
            "the database of " + std::string(service) +
            " has an older schema: run `payments migrate`"
        );
    }
    return storage;
}

/// On a database server there is no folder to keep the receipts in: they stay in memory.
sandbox::SandboxOptions sandbox_options(const ServeOptions& options, const sql::Storage& storage) {
    sandbox::SandboxOptions hosted;
    hosted.listen = options.sandbox_listen;
    if (!storage.directory().empty()) hosted.db = options.database_url;
    hosted.keys = sandbox_keys(options.bootpay);
    return hosted;
}

/// The order service and what it needs of the gateway.
struct OrderDesk {
    OrderDesk(const Context& context, ServeOptions& options)
        : service(context, options.order),
          sandbox(hosted(context, options)),
          gateway(context.io, options.bootpay, context.clock),
          counted(gateway, context.metrics),
          flow(service, counted, context.io),
          driver(service, flow, counted, context.io, context.clock),
          reconciler(service, flow, counted, context.io, context.metrics, options.reconcile),
          auto_charges(service, flow, gateway, context.io) {
        order::subscribe(context.bus, service, flow);
    }

    static std::unique_ptr<sandbox::Sandbox> hosted(const Context& context, ServeOptions& options) {
        options.bootpay.base_url = options.bootpay_url;
        if (options.bootpay_url != "sandbox:") return nullptr;
        auto made = std::make_unique<sandbox::Sandbox>(
            context.io, sandbox_options(options, context.storage), context.clock
        );
        options.bootpay.base_url = made->url() + "/v2";
        return made;
    }

    order::Service service;
    std::unique_ptr<sandbox::Sandbox> sandbox;
    bootpay::Client gateway;
    CountedGateway counted;
    order::PaymentFlow flow;
    order::Driver driver;
    order::reconcile::Reconciler reconciler;
    order::AutoChargeJob auto_charges;
};

}  // namespace

/// In the order of building; taken down by stop() step by step, and last by this order reversed.
struct Application::Parts {
    explicit Parts(ServeOptions given)
        : options(std::move(given)),
          test_clock(options.test_clock ? std::make_shared<AdvancingClock>() : nullptr),
          clock(test_clock ? std::shared_ptr<const Clock>(test_clock) : system_clock),
          verifier(make_verifier(options, system_clock)),
          storage(open_locked(options)),
          io(io_threads),
          bus(open_bus(options, metrics)),
          context{*storage, *bus, io, metrics, clock, instance_of(options), {}, options.webhooks} {
        if (serves(options, "item")) item.emplace(context);
        if (serves(options, "point")) point.emplace(context, options.points);
        if (serves(options, "order-item")) order_item.emplace(context);
        if (serves(options, "order")) order.emplace(context, options);
        if (point) point->subscribe(*bus);
        if (order_item) order_item->subscribe(*bus);
        add_routes();
        open_server();
    }

    void add_routes() {
        router = std::make_unique<http::Router>(verifier);
        std::vector<Readiness> readiness{{"bus", [this] { return bus->fault(); }}};
        if (item) {
            router->add(item->routes());
            readiness.push_back({"item", [this] { return item->fault(); }});
        }
        if (point) {
            router->add(point->routes());
            readiness.push_back({"point", [this] { return point->fault(); }});
        }
        if (order_item) {
            router->add(order_item->routes());
            readiness.push_back({"order-item", [this] { return order_item->fault(); }});
        }
        if (order) {
            router->add(order::routes_of(
                order->service, order->flow, io,
                {options.bootpay_web_key, options.webhook_allow, webhook_limit}
            ));
            router->add(order::auto_charge_routes(order->service, order->gateway));
            add_page_routes();
            readiness.push_back({"order", [this] { return order->service.fault(); }});
        }
        router->add(operation_routes(metrics, std::move(readiness)));
        if (test_clock) router->add(test_clock_routes(test_clock));
    }

    /// The pages, and what they need beside the services.
    void add_page_routes() {
        const Setup setup = setup_of(options, listen_of(options));
        router->add(setup_routes(setup, options.token, system_clock));
        router->add(pages::routes(pages::files, surroundings_of(setup, options)));
        if (!setup.sandbox_url) return;
        sandbox_faults.emplace(io, *setup.sandbox_url);
        router->add(sandbox_faults->routes());
    }

    void open_server() {
        http::ServerOptions serving;
        serving.listen = listen_of(options);
        serving.cors_origin = options.cors_origin;
        serving.trusted_proxies = options.trusted_proxies;
        server = std::make_unique<http::Server>(
            io, std::move(serving),
            [this](http::Request request, http::Responder responder) {
                auto counted = tally.watch(request, std::move(responder));
                auto logged = log_answer(request, std::move(counted), *system_clock);
                router->handle(std::move(request), std::move(logged));
            }
        );
        if (order && order->sandbox) {
            order->sandbox->set_webhook_url(server->url() + "/webhooks/bootpay");
        }
    }

    /// Calls `use` with the engine of each service that is here.
    template <class Use>
    void each_engine(Use use) {
        if (item) use(item->engine());
        if (order) use(order->service.engine());
        if (point) use(point->engine());
        if (order_item) use(order_item->engine());
    }

    ServeOptions options;
    // Of tokens, and of how long an answer took: what a test adds does not count.
    std::shared_ptr<const Clock> system_clock = std::make_shared<SystemClock>();
    std::shared_ptr<AdvancingClock> test_clock;
    std::shared_ptr<const Clock> clock;
    std::shared_ptr<const http::TokenVerifier> verifier;
    std::unique_ptr<sql::Storage> storage;
    metrics::Metrics metrics;
    AnswerTally tally{metrics};
    http::Io io;
    std::unique_ptr<bus::Bus> bus;
    Context context;
    std::optional<item::Service> item;
    std::optional<point::Service> point;
    std::optional<order_item::Service> order_item;
    std::optional<OrderDesk> order;
    std::optional<SandboxFaults> sandbox_faults;
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
    if (parts.point) parts.point->start();
    if (parts.order_item) parts.order_item->start();
    if (parts.order) parts.order->service.start();
    if (parts.item) {
        parts.item->start();
        // All items are told of again: to copies that are new, and to a bus that has lost them.
        const auto announced = std::make_shared<std::promise<void>>();
        parts.item->announce([announced] { announced->set_value(); });
        // In one process the copies then have everything.
        if (parts.options.bus_url == "local:") announced->get_future().wait();
    }
    parts.bus->start();
    if (parts.order) {
        if (parts.order->sandbox) parts.order->sandbox->start();
        parts.order->driver.start();
        parts.order->reconciler.start();
        parts.order->auto_charges.start();
    }
    parts.server->start();
}

void Application::stop() {
    auto& parts = *x_parts;
    if (std::exchange(parts.stopped, true)) return;
    parts.server->stop(stop_grace);
    if (parts.order) {
        parts.order->reconciler.stop();
        parts.order->driver.stop();
        parts.order->auto_charges.stop();
        // Ends the calls under way, while those who wait for them are still there.
        parts.order->gateway.stop();
    }
    if (parts.sandbox_faults) parts.sandbox_faults->stop();
    parts.bus->stop();
    if (parts.item) parts.item->stop_sending();
    if (parts.order) parts.order->service.stop_sending();
    if (parts.point) parts.point->stop_sending();
    if (parts.order_item) parts.order_item->engine().stop_sending();
    parts.each_engine([](auto& engine) { engine.stop(); });
    parts.bus.reset();  // what it still acknowledges needs the relays
    if (parts.order && parts.order->sandbox) parts.order->sandbox->stop();
    parts.io.stop();
}

std::string Application::url() const {
    return x_parts->server->url();
}

std::string Application::sandbox_url() const {
    const auto& order = x_parts->order;
    return order && order->sandbox ? order->sandbox->url() : std::string{};
}

const std::vector<std::string>& Application::routes() const {
    return x_parts->router->listing();
}

std::vector<std::string> migrate_all(const std::string& database_url, const OnMigrating& begin) {
    auto storage = sql::open_storage(database_url);
    storage->lock();
    std::vector<std::string> migrated;
    const auto all = schemas();
    for (const auto& [service, migrations] : all) {
        begin(service, migrated.size(), all.size());
        auto connection = storage->database(service)->connect(sql::Mode::read_write);
        sql::migrate(*connection, migrations);
        migrated.emplace_back(service);
    }
    return migrated;
}

}  // namespace pay::app
