#include "app/sandbox_faults.hpp"

#include <utility>

namespace pay::app {
namespace {

using http::Method;
using http::Request;
using http::Responder;

constexpr Duration patience = std::chrono::seconds{3};

http::ClientOptions client_options(const std::string& sandbox_url) {
    http::ClientOptions options;
    options.base_url = sandbox_url;
    return options;
}

void hand_back(Responder responder, http::Outcome outcome) {
    if (!outcome) {
        const bool late = outcome.error() == http::NoAnswer::timed_out;
        return responder.refuse(
            Error{late ? Code::payment_gateway_timeout : Code::payment_gateway_unavailable}
        );
    }
    responder.send(http::json_response(outcome->status, std::move(outcome->body)));
}

}  // namespace

SandboxFaults::SandboxFaults(http::Io& io, const std::string& sandbox_url)
    : x_sandbox(io, client_options(sandbox_url)) {}

std::vector<http::Route> SandboxFaults::routes() {
    const auto route = [this](Method method) -> http::Route {
        return {
            method, "/v1/admin/order/sandbox/faults", http::Access::admin,
            [this, method](Request request, Responder responder) {
                http::Call call;
                call.method = method;
                call.target = "/sandbox/faults";
                if (method == Method::post) {
                    call.headers.emplace_back("content-type", "application/json");
                    call.body = std::move(request.body);
                }
                call.timeout = patience;
                x_sandbox.send(
                    std::move(call),
                    [responder = std::move(responder)](http::Outcome outcome) mutable {
                        hand_back(std::move(responder), std::move(outcome));
                    }
                );
            }
        };
    };
    return {route(Method::get), route(Method::post), route(Method::del)};
}

void SandboxFaults::stop() {
    x_sandbox.stop();
}

}  // namespace pay::app
