#include "core/http/connection.hpp"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <cerrno>

namespace pay::http {
namespace {

constexpr std::size_t read_size = 8 * 1024;

}  // namespace

Connection::Connection(Loop& loop, Target target)
    : x_target(target), x_socket(loop), x_resolver(loop), x_timer(loop) {}

void Connection::connect(Duration timeout, Connected done) {
    x_connected = std::move(done);
    x_timer.expires_after(timeout);
    x_timer.async_wait([self = shared_from_this()](error_code canceled) {
        if (!canceled) self->refuse("no connection in time");
    });
    // The resolver starts a thread of its own: an address does not need it.
    error_code is_name;
    const auto address = asio::ip::make_address(x_target.base.host, is_name);
    if (!is_name) {
        const auto port = static_cast<std::uint16_t>(std::stoi(x_target.base.port));
        return connect_to({{address, port}});
    }
    x_resolver.async_resolve(
        x_target.base.host, x_target.base.port,
        [self = shared_from_this()](error_code failed, const tcp::resolver::results_type& found) {
            self->on_resolved(failed, found);
        }
    );
}

void Connection::on_resolved(error_code failed, const tcp::resolver::results_type& endpoints) {
    if (x_closed || !x_connected) return;
    if (failed) return refuse("its name has no address: " + failed.message());
    connect_to({endpoints.begin(), endpoints.end()});
}

/// What the guard has seen is what is connected to: a name is not looked up again.
void Connection::connect_to(const std::vector<tcp::endpoint>& endpoints) {
    std::vector<tcp::endpoint> admitted;
    for (const auto& endpoint : endpoints) {
        const bool admits =
            x_target.guard == nullptr || x_target.guard->admits(endpoint.address().to_string());
        if (admits) admitted.push_back(endpoint);
    }
    if (admitted.empty()) {
        // Not from inside connect(): who called it does not expect an answer yet.
        return asio::post(x_socket.get_executor(), [self = shared_from_this()] {
            self->refuse("its address is none that may be called");
        });
    }
    asio::async_connect(
        x_socket, admitted,
        [self = shared_from_this()](error_code refused, const tcp::endpoint&) {
            self->on_connected(refused);
        }
    );
}

void Connection::on_connected(error_code failed) {
    if (x_closed || !x_connected) return;
    if (failed) return refuse("no connection: " + failed.message());
    error_code ignored;
    x_socket.set_option(tcp::no_delay(true), ignored);
    x_target.tls ? shake_hands() : connected(true);
}

void Connection::shake_hands() {
    x_tls.emplace(x_socket, *x_target.tls);
    const std::string& host = x_target.base.host;
    error_code is_name;
    asio::ip::make_address(host, is_name);
    if (is_name) {
        // SSL_set_tlsext_host_name() without the old-style cast of its macro.
        SSL_ctrl(
            x_tls->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
            const_cast<char*>(host.c_str())
        );
    }
    x_tls->set_verify_callback(asio::ssl::host_name_verification(host));
    x_tls->async_handshake(
        asio::ssl::stream_base::client,
        [self = shared_from_this()](error_code failed) {
            if (failed) return self->refuse("no TLS: " + failed.message());
            self->connected(true);
        }
    );
}

void Connection::refuse(std::string fault) {
    if (!x_closed && x_connected) x_fault = std::move(fault);
    connected(false);
}

void Connection::connected(bool good) {
    if (x_closed || !x_connected) return;
    auto done = std::exchange(x_connected, nullptr);
    x_timer.cancel();
    good ? read() : close();
    done(good);
}

void Connection::exchange(std::string request, bool head_only, Done done) {
    x_lost = nullptr;
    x_done = std::move(done);
    x_request = std::move(request);
    x_head_only = head_only;
    x_parser.emplace(x_target.answer_limit, head_only, x_target.cuts);
    ++x_exchanges;
    x_writing = true;
    auto written = [self = shared_from_this()](error_code failed, std::size_t size) {
        self->on_written(failed, size);
    };
    const auto bytes = asio::buffer(x_request);
    if (x_tls) {
        asio::async_write(*x_tls, bytes, std::move(written));
    } else {
        asio::async_write(x_socket, bytes, std::move(written));
    }
}

void Connection::on_written(error_code failed, std::size_t size) {
    x_writing = false;
    if (x_closed || !failed) return;
    // TLS does not tell how much of it went out. Otherwise an answer may still have come: a server
    // that refuses a long request half way answers and closes; the read goes on and decides.
    if (size == 0 && !x_tls) end({.sent = false});
}

void Connection::read() {
    auto on_bytes = [self = shared_from_this()](error_code failed, std::size_t size) {
        self->on_read(failed, size);
    };
    if (x_tls) {
        x_tls->async_read_some(x_buffer.prepare(read_size), std::move(on_bytes));
    } else {
        x_socket.async_read_some(x_buffer.prepare(read_size), std::move(on_bytes));
    }
}

void Connection::on_read(error_code failed, std::size_t size) {
    if (x_closed) return;
    if (!x_done) {  // idle: closed by the server, or it talks out of turn
        auto lost = std::exchange(x_lost, nullptr);
        close();
        if (lost) lost();
        return;
    }
    if (failed) {
        error_code incomplete = failed;
        if (failed == asio::error::eof && x_parser->got_some()) x_parser->put_eof(incomplete);
        Ended how{.answered = x_parser->got_some() || x_buffer.size() > 0};
        if (!incomplete) how.answer = std::move(x_parser->answer);
        return end(std::move(how));
    }
    x_buffer.commit(size);
    parse();
}

void Connection::parse() {
    while (x_buffer.size() > 0) {
        error_code failed;
        x_buffer.consume(x_parser->put(x_buffer.data(), failed));
        if (x_parser->was_cut()) break;
        if (failed && failed != beast::http::error::need_more) return end({.answered = true});
        if (x_parser->is_done()) {
            const int status = x_parser->answer.status;
            if (status >= 200 || status == 101) break;
            // 1xx: the answer comes after it
            x_parser.emplace(x_target.answer_limit, x_head_only, x_target.cuts);
            continue;
        }
        if (failed) break;
    }
    if (x_parser->was_cut()) return end({.answer = std::move(x_parser->answer), .answered = true});
    if (!x_parser->is_done()) return read();
    const bool reusable = x_parser->keep_alive() && !x_writing && x_buffer.size() == 0;
    Ended how{.answer = std::move(x_parser->answer), .answered = true, .reusable = reusable};
    if (reusable) read();
    end(std::move(how));
}

void Connection::end(Ended how) {
    if (!how.reusable) close();
    if (auto done = std::exchange(x_done, nullptr)) done(std::move(how));
}

bool Connection::alive() {
    if (x_closed || !x_socket.is_open()) return false;
    char byte = 0;
    const auto size = ::recv(x_socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (size < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    return size > 0 && x_tls;  // TLS may hold tickets that nobody has read yet
}

void Connection::close() {
    if (x_closed) return;
    x_closed = true;
    // Whoever closes does not want to hear of it; x_done is end()'s.
    x_connected = nullptr;
    x_lost = nullptr;
    x_timer.cancel();
    x_resolver.cancel();
    error_code ignored;
    x_socket.close(ignored);
}

}  // namespace pay::http
