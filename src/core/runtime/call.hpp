#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/http/message.hpp"
#include "core/idempotency/keys.hpp"

namespace pay {

/// A request that changes something, on its way through the house, with its Idempotency-Key if it
/// carries one. Shared by the steps that work for it; the key is free again when it is answered, or
/// when the last lets go.
class Call {
 public:
    Call(http::Request incoming, http::Responder responder)
        : request(std::move(incoming)), x_responder(std::move(responder)) {}

    /// The entry that keeps `response` under the key; nothing if there is no key or it is not kept.
    std::optional<idempotency::Entry> entry(const http::Response& response) const {
        if (!key || !idempotency::kept(response.status)) return std::nullopt;
        return idempotency::Entry{*key, resource_id, response.status, response.body, false};
    }
    /// The entry that only remembers what this call made, while the gateway is asked.
    std::optional<idempotency::Entry> unfinished() const {
        if (!key) return std::nullopt;
        return idempotency::Entry{*key, resource_id, std::nullopt, {}, true};
    }
    http::Response problem(const Error& error) const { return x_responder.problem_of(error); }
    /// Answers. The key is free before: who repeats the call on the answer finds it kept, not
    /// running.
    void send(http::Response response) {
        hold.reset();
        x_responder.send(std::move(response));
    }
    /// The look-up it needed failed: UNAVAILABLE, unless it was answered before that.
    void give_up() {
        if (!x_responder.answered()) send(problem({Code::unavailable, {}, {}, {}}));
    }

    http::Request request;
    std::optional<idempotency::Key> key;
    std::shared_ptr<idempotency::Running::Hold> hold;
    std::string resource_id;  ///< what the call made; of the first call, if this is its repeat
    std::optional<http::Response> kept;  ///< the answer as it was kept, to be sent after the commit

 private:
    http::Responder x_responder;
};

using CallHandler = std::function<void(std::shared_ptr<Call>)>;

/// The answer kept under a key, as it is given again.
http::Response replay(const idempotency::Entry& entry);

}  // namespace pay
