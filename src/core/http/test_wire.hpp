#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

/// A plain blocking socket for tests: sends any bytes, right or wrong, and reads what comes.
namespace pay::http::test {

constexpr int patience_ms = 20'000;  // a test that waits longer has failed

class Wire {
 public:
    explicit Wire(int port) : x_socket(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(x_socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            throw std::runtime_error("cannot connect");
        }
    }
    Wire(Wire&& other) noexcept
        : x_socket(std::exchange(other.x_socket, -1)), x_read(std::move(other.x_read)) {}
    Wire& operator=(Wire&&) = delete;
    ~Wire() { close(); }

    static Wire from_socket(int socket) { return Wire(Taken{socket}); }

    void send(std::string_view text) const {
        while (!text.empty()) {
            const auto sent = ::send(x_socket, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;  // the other side closed: the test sees it in what it reads
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    /// Reads until `mark` has come and gives all up to its end; less if the connection ended.
    std::string read_until(std::string_view mark) {
        while (x_read.find(mark) == std::string::npos && receive()) {
        }
        const auto at = x_read.find(mark);
        return take(at == std::string::npos ? x_read.size() : at + mark.size());
    }

    /// One answer: its head, and a body of the length it names.
    std::string read_answer() {
        std::string answer = read_until("\r\n\r\n");
        const auto at = answer.find("content-length: ");
        if (at == std::string::npos) return answer;
        const auto length = std::stoul(answer.substr(at + 16));
        while (x_read.size() < length && receive()) {
        }
        return answer + take(std::min(length, x_read.size()));
    }

    std::string read_to_end() {
        while (receive()) {
        }
        return take(x_read.size());
    }

    void shut_sending() const { ::shutdown(x_socket, SHUT_WR); }

    void close() {
        if (x_socket >= 0) ::close(std::exchange(x_socket, -1));
    }

 private:
    struct Taken {
        int socket;
    };
    explicit Wire(Taken taken) : x_socket(taken.socket) {}

    bool receive() {
        pollfd waiting{.fd = x_socket, .events = POLLIN, .revents = 0};
        if (::poll(&waiting, 1, patience_ms) != 1) throw std::runtime_error("nothing came");
        char bytes[4096];
        const auto size = ::recv(x_socket, bytes, sizeof bytes, 0);
        if (size > 0) x_read.append(bytes, static_cast<std::size_t>(size));
        return size > 0;
    }

    std::string take(std::size_t size) {
        std::string text = x_read.substr(0, size);
        x_read.erase(0, size);
        return text;
    }

    int x_socket;
    std::string x_read;
};

}  // namespace pay::http::test
