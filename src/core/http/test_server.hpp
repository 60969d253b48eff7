#pragma once

#include <string>
#include <string_view>

#include "core/http/server.hpp"
#include "core/http/test_wire.hpp"

/// A server of its own for each test, and how to ask it.
namespace pay::http::test {

/// A server that answers what the test's handler says.
struct Served {
    explicit Served(Handler handler, ServerOptions options = {})
        : server(io, local(std::move(options)), std::move(handler)) {
        server.start();
    }
    static ServerOptions local(ServerOptions options) {
        options.listen = "127.0.0.1:0";
        return options;
    }
    Wire connect() const { return Wire(server.port()); }

    Io io{2};
    Server server;
};

inline std::string request(
    std::string_view line, std::string_view headers = {}, std::string_view body = {}
) {
    std::string text(line);
    text += " HTTP/1.1\r\nHost: test\r\n";
    text += headers;
    text += "\r\n";
    return text + std::string(body);
}

inline void echo(Request request, Responder responder) {
    responder.send(json_response(200, request.path + "|" + request.body));
}

inline bool has(std::string_view text, std::string_view part) {
    return text.find(part) != text.npos;
}

inline std::string ask(const Served& served, std::string_view text) {
    auto wire = served.connect();
    wire.send(text);
    return wire.read_answer();
}

}  // namespace pay::http::test
