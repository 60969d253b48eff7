#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "bootpay/client.hpp"

namespace pay::bootpay {

/// Sends calls with the token or the keys; the token is fetched when it is needed.
struct Client::State {
    using Authorized = std::move_only_function<void(std::expected<std::string, http::NoAnswer>)>;
    using Answered = std::move_only_function<void(http::Outcome)>;

    State(http::Io& on, Options given, std::shared_ptr<const Clock> its_clock);

    void stop() { x_client.stop(); }
    /// Goes out once. `body` empty: none.
    void act(http::Method method, std::string target, std::string body, Answered done);
    /// Deletes what the path and the id name; `field` must name it in the answer.
    void revoke(
        std::string_view path, std::string_view field, const std::string& id,
        std::move_only_function<void(gateway::Revoked)> done
    );
    /// Repeated a few times after a fault.
    void look_up(std::string target, Answered done);

    const Options options;
    http::Io& io;

 private:
    void send(http::Call call, Answered done, bool again);
    void authorize(Authorized use);
    void take_token(const http::Outcome& outcome);
    void forget(const std::string& used);

    const std::shared_ptr<const Clock> x_clock;
    std::string x_fixed;  // the Basic header, if that form is used
    std::mutex x_mutex;   // guards what follows
    std::string x_token;
    Time x_good_until{};
    std::vector<Authorized> x_waiting;
    http::Client x_client;  // goes first: it ends the calls under way, which use what stands above
};

}  // namespace pay::bootpay
