#include "sandbox/sandbox.hpp"

#include <utility>

#include "core/http/router.hpp"
#include "core/http/server.hpp"
#include "sandbox/api.hpp"
#include "sandbox/due_charges.hpp"

namespace pay::sandbox {
namespace {

constexpr Duration grace{2'000};

http::ServerOptions server_options(const SandboxOptions& options) {
    http::ServerOptions server;
    server.listen = options.listen;
    return server;
}

}  // namespace

struct Sandbox::State {
    State(http::Io& io, const SandboxOptions& options, const std::shared_ptr<const Clock>& clock)
        : credentials(options.keys, clock),
          notifier(io, faults, options.webhooks),
          later(io),
          journal(open_database(options.db)),
          book(options.rules, clock, [this](const Receipt& receipt) { journal.append(receipt); }),
          keys(
              clock,
              {.key = [this](const BillingKey& key) { journal.append(key); },
               .reservation = [this](const Reservation& reserved) { journal.append(reserved); }}
          ),
          desk(std::make_shared<Desk>(
              book, keys, credentials, faults, journal, notifier, later, clock
          )),
          due_charges(io, desk, options.due_check),
          api(desk),
          controls(nullptr),
          server(
              io, server_options(options),
              [this](http::Request request, http::Responder responder) {
                  if (Api::owns(request.path))
                      return api.handle(std::move(request), std::move(responder));
                  controls.handle(std::move(request), std::move(responder));
              }
          ) {
        journal.load({
            .receipt = [this](Receipt receipt) { book.restore(std::move(receipt)); },
            .key = [this](BillingKey key) { keys.restore(std::move(key)); },
            .reservation = [this](Reservation reserved) { keys.restore(std::move(reserved)); },
        });
        controls.add(control_routes(desk));
        if (options.test_clock) controls.add(clock_routes(options.test_clock));
        notifier.set_url(options.webhook_url);
    }

    Faults faults;
    Credentials credentials;
    Notifier notifier;
    Later later;
    Journal journal;
    Book book;
    BillingKeys keys;
    std::shared_ptr<Desk> desk;
    DueCharges due_charges;
    Api api;
    http::Router controls;
    http::Server server;
};

Sandbox::Sandbox(http::Io& io, SandboxOptions options, std::shared_ptr<const Clock> clock)
    : x_state(std::make_unique<State>(io, options, clock)) {}

Sandbox::~Sandbox() {
    stop();
}

void Sandbox::start() {
    x_state->server.start();
    x_state->due_charges.start();
}
int Sandbox::port() const {
    return x_state->server.port();
}
std::string Sandbox::url() const {
    return x_state->server.url();
}
void Sandbox::set_webhook_url(const std::string& url) {
    x_state->notifier.set_url(url);
}

void Sandbox::stop() {
    x_state->later.clear();
    x_state->due_charges.stop();
    x_state->server.stop(grace);
    x_state->notifier.stop();
    x_state->journal.close();
}

}  // namespace pay::sandbox
