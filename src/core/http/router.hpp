#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/message.hpp"
#include "core/http/token.hpp"

namespace pay::http {

enum class Access { open, user, admin };

/// One line of a service's routes(): `{Method::post, "/v1/orders/{id}/confirm", Access::user, …}`.
struct Route {
    Method method;
    std::string_view path;  ///< literal segments and `{name}`; no trailing slash
    Access access;
    Handler handler;
};

/// Finds the route of a request, checks its token, and turns what goes wrong into the contract's
/// problems: 404 for a path that is none of ours (whatever its form: doubled slashes, dot segments,
/// bad escapes), 405 with Allow, 401, 403, 503 for an Outage thrown, 500 for anything else.
/// HEAD is answered like GET without a body. Built before the server starts, then read only.
class Router {
 public:
    /// `verifier` may be null where no route asks for a token (the sandbox).
    explicit Router(std::shared_ptr<const TokenVerifier> verifier);
    ~Router();

    void add(std::vector<Route> routes);
    /// Every path and method added, as it was added, for the check against the
    /// OpenAPI document: "POST /v1/orders/{id}/confirm".
    const std::vector<std::string>& listing() const { return x_listing; }
    void handle(Request request, Responder responder) const;

 private:
    struct Node;
    std::unique_ptr<Node> x_root;
    std::vector<std::string> x_listing;
    std::shared_ptr<const TokenVerifier> x_verifier;
};

}  // namespace pay::http
