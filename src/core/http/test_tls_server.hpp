#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <cstdlib>
#include <functional>
#include <list>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "core/sql/scratch_folder.hpp"

/// A server that speaks TLS, for tests of those who call one.
namespace pay::http::test {

namespace asio = boost::asio;
using asio::ip::tcp;

/// A certificate for localhost and 127.0.0.1, which the clients of this process believe in: made
/// once, by openssl.
class Certificate {
 public:
    static const Certificate& one() {
        static const Certificate made;
        return made;
    }
    std::string key() const { return (x_folder.path() / "key.pem").string(); }
    std::string chain() const { return (x_folder.path() / "certificate.pem").string(); }

 private:
    Certificate() {
        const auto command =
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
            "-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout " +
            key() + " -out " + chain() + " 2>/dev/null";
        if (std::system(command.c_str()) != 0) throw std::runtime_error("no certificate");
        ::setenv("SSL_CERT_FILE", chain().c_str(), 1);
    }
    const sql::ScratchFolder x_folder;
};

/// Answers each request, in its whole text, with what the script says; an empty answer keeps the
/// caller waiting until it goes.
class TlsServer {
 public:
    using Script = std::function<std::string(const std::string& request)>;

    explicit TlsServer(Script script) : x_script(std::move(script)) {
        const auto& certificate = Certificate::one();
        x_tls.use_certificate_chain_file(certificate.chain());
        x_tls.use_private_key_file(certificate.key(), asio::ssl::context::pem);
        x_acceptor.emplace(x_io, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
        x_port = x_acceptor->local_endpoint().port();
        x_thread = std::thread([this] { accept(); });
    }
    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;
    ~TlsServer() {
        x_stopping = true;
        ::shutdown(x_acceptor->native_handle(), SHUT_RDWR);
        x_thread.join();
        for (auto& caller : x_callers) ::shutdown(caller.socket.native_handle(), SHUT_RDWR);
        for (auto& caller : x_callers) caller.thread.join();
    }

    std::string url(const std::string& target = "/hook", const std::string& host = "127.0.0.1") {
        return "https://" + host + ":" + std::to_string(x_port) + target;
    }
    int requests() const { return x_requests; }

 private:
    struct Caller {
        tcp::socket socket;
        std::thread thread{};
    };

    void accept() {
        while (!x_stopping) {
            boost::system::error_code failed;
            tcp::socket socket(x_io);
            x_acceptor->accept(socket, failed);
            if (failed) return;
            auto& caller = x_callers.emplace_back(Caller{std::move(socket)});
            caller.thread = std::thread([this, &caller] { serve(caller.socket); });
        }
    }

    void serve(tcp::socket& socket) {
        try {
            asio::ssl::stream<tcp::socket&> stream(socket, x_tls);
            stream.handshake(asio::ssl::stream_base::server);
            std::string text;
            auto size = asio::read_until(stream, asio::dynamic_buffer(text), "\r\n\r\n");
            const auto at = text.find("content-length: ");
            if (at != std::string::npos) size += std::stoul(text.substr(at + 16));
            while (text.size() < size) {
                char bytes[4096];
                text.append(bytes, stream.read_some(asio::buffer(bytes)));
            }
            ++x_requests;
            const auto answer = x_script(text);
            if (answer.empty()) {
                char byte = 0;
                stream.read_some(asio::buffer(&byte, 1));
            }
            asio::write(stream, asio::buffer(answer));
            stream.shutdown();
        } catch (const std::exception&) {
            // The caller went: the test sees it there.
        }
        boost::system::error_code ignored;
        socket.shutdown(tcp::socket::shutdown_both, ignored);
    }

    const Script x_script;
    boost::asio::io_context x_io{1};
    boost::asio::ssl::context x_tls{boost::asio::ssl::context::tls_server};
    std::optional<tcp::acceptor> x_acceptor;
    int x_port = 0;
    std::atomic<bool> x_stopping{false};
    std::atomic<int> x_requests{0};
    std::list<Caller> x_callers;
    std::thread x_thread;
};

inline std::string answer_text(const std::string& status, const std::string& body = "") {
    return "HTTP/1.1 " + status + "\r\ncontent-length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

}  // namespace pay::http::test
