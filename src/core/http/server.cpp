#include "core/http/server.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <stdexcept>

#include "core/http/io_context.hpp"
#include "core/http/session.hpp"
#include "core/log/log.hpp"

namespace pay::http {
namespace {

using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;

constexpr Duration accept_pause{100};
/// So many over the limit are told so; the rest is closed without a word.
constexpr std::size_t told = 256;

struct Listen {
    std::string host;
    std::string port;
};

Listen split(const std::string& text) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == text.size() ||
        text.find_first_not_of("0123456789", colon + 1) != std::string::npos) {
        throw std::runtime_error("'" + text + "' is not HOST:PORT");
    }
    Listen listen{.host = text.substr(0, colon), .port = text.substr(colon + 1)};
    if (listen.host.starts_with('[') && listen.host.ends_with(']')) {
        listen.host = listen.host.substr(1, listen.host.size() - 2);
    }
    return listen;
}

tcp::endpoint resolve(const std::string& text) {
    const Listen listen = split(text);
    if (listen.port.size() > 5 || std::stoi(listen.port) > 65535) {
        throw std::runtime_error("'" + text + "' has no valid port");
    }
    asio::io_context context;
    tcp::resolver resolver(context);
    error_code failed;
    const auto found = resolver.resolve(listen.host, listen.port, tcp::resolver::passive, failed);
    if (failed || found.empty()) {
        throw std::runtime_error("cannot resolve '" + listen.host + "': " + failed.message());
    }
    return *found.begin();
}

}  // namespace

void check_listen(const std::string& text) {
    resolve(text);
}

struct Server::State : std::enable_shared_from_this<State> {
    State(Io::Context& io, ServerOptions options, Handler handler)
        : x_io(io),
          x_loop(io.next()),
          x_acceptor(x_loop),
          x_pause(x_loop),
          x_sessions(std::make_shared<Sessions>(std::move(options), std::move(handler))) {}

    void bind();
    void accept();
    void stop(Duration grace);

    Io::Context& x_io;
    Loop& x_loop;
    Acceptor x_acceptor;
    SteadyTimer x_pause;
    std::shared_ptr<Sessions> x_sessions;
    tcp::endpoint x_bound;

 private:
    void on_accept(error_code failed, Socket socket);
    void close_acceptor();
};

void Server::State::bind() {
    const std::string& listen = x_sessions->options.listen;
    try {
        const tcp::endpoint endpoint = resolve(listen);
        x_acceptor.open(endpoint.protocol());
        x_acceptor.set_option(Acceptor::reuse_address(true));
        x_acceptor.bind(endpoint);
        x_acceptor.listen(asio::socket_base::max_listen_connections);
        x_bound = x_acceptor.local_endpoint();
    } catch (const boost::system::system_error& e) {
        throw std::runtime_error("cannot listen on " + listen + ": " + e.code().message());
    }
}

void Server::State::accept() {
    if (!x_acceptor.is_open()) return;
    x_acceptor.async_accept(
        x_io.next(),
        [self = shared_from_this()](error_code failed, Socket socket) {
            self->on_accept(failed, std::move(socket));
        }
    );
}

void Server::State::on_accept(error_code failed, Socket socket) {
    if (failed == asio::error::operation_aborted || !x_acceptor.is_open()) return;
    if (failed) {
        // Out of descriptors, mostly: some will be free again.
        log::warn("a connection could not be accepted", {{"reason", failed.message()}});
        x_pause.expires_after(accept_pause);
        x_pause.async_wait([self = shared_from_this()](error_code canceled) {
            if (!canceled) self->accept();
        });
        return;
    }
    const std::size_t open = x_sessions->count();
    const std::size_t limit = x_sessions->options.connection_limit;
    if (open < limit + told) {
        const auto session = std::make_shared<Session>(std::move(socket), x_sessions);
        if (x_sessions->add(session)) session->begin(open < limit);
    }
    accept();
}

void Server::State::close_acceptor() {
    error_code ignored;
    x_acceptor.close(ignored);
    x_pause.cancel();
}

void Server::State::stop(Duration grace) {
    if (!x_io.stopped) {
        auto closed = std::make_shared<std::promise<void>>();
        auto done = closed->get_future();
        asio::post(x_loop, [self = shared_from_this(), closed] {
            self->close_acceptor();
            closed->set_value();
        });
        done.wait_for(std::chrono::seconds{5});  // at once, unless a handler blocks the loop
        x_sessions->stop(grace);
    }
    x_sessions->close_all(x_io.stopped);
}

Server::Server(Io& io, ServerOptions options, Handler handler)
    : x_state(std::make_shared<State>(io.context(), std::move(options), std::move(handler))) {
    x_state->bind();
}

Server::~Server() {
    stop(Duration{0});
}

void Server::start() {
    asio::post(x_state->x_loop, [state = x_state] { state->accept(); });
}

int Server::port() const {
    return x_state->x_bound.port();
}

std::string Server::url() const {
    const auto address = x_state->x_bound.address();
    const std::string host =
        address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
    return "http://" + host + ":" + std::to_string(port());
}

void Server::stop(Duration grace) {
    x_state->stop(grace);
}

}  // namespace pay::http
