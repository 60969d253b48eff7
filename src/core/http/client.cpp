#include "core/http/client.hpp"

#include <boost/asio/post.hpp>

#include "core/http/client_state.hpp"

namespace pay::http {

Client::Client(Io& io, ClientOptions options)
    : x_state(std::make_shared<State>(io.context(), std::move(options))) {}

Client::~Client() {
    stop();
}

void Client::stop() {
    const auto state = x_state;
    state->io.run_on(state->loop, [&] { state->end_all(); });
}

void Client::send(Call call, std::move_only_function<void(Outcome)> done) {
    asio::post(
        x_state->loop, [state = x_state, call = std::move(call), done = std::move(done)](
                       ) mutable { state->begin(std::move(call), std::move(done)); }
    );
}

}  // namespace pay::http
