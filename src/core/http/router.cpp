#include "core/http/router.hpp"

#include <array>
#include <map>
#include <thread>

#include "core/http/target.hpp"
#include "core/http/utf8.hpp"
#include "core/log/log.hpp"
#include "core/result/outage.hpp"

namespace pay::http {
namespace {

struct Endpoint {
    Access access = Access::open;
    Handler handler;
};

constexpr std::size_t method_count = static_cast<std::size_t>(Method::other);
constexpr std::array<std::string_view, method_count> method_names{
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"
};

std::size_t index(Method method) {
    return static_cast<std::size_t>(method);
}

constexpr Text bad_query{"The query is not well formed", "쿼리 문자열의 형식이 올바르지 않습니다"};
constexpr Text bad_text{"The body is not UTF-8", "본문이 UTF-8이 아닙니다"};

}  // namespace

struct Router::Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> parameter;
    std::array<Endpoint, method_count> endpoints;
    bool terminal = false;

    /// The node of the path left, its `{…}` decoded into `parameters`; literals go first.
    const Node* match(std::string_view rest, std::vector<std::string>& parameters) const {
        if (!rest.starts_with('/')) return rest.empty() && terminal ? this : nullptr;
        rest.remove_prefix(1);
        const auto segment = rest.substr(0, rest.find('/'));
        rest.remove_prefix(segment.size());
        if (const auto found = literals.find(segment); found != literals.end()) {
            if (const Node* node = found->second->match(rest, parameters)) return node;
        }
        if (!parameter) return nullptr;
        auto value = decode_segment(segment);
        if (!value) return nullptr;
        parameters.push_back(std::move(*value));
        if (const Node* node = parameter->match(rest, parameters)) return node;
        parameters.pop_back();
        return nullptr;
    }

    std::string allowed() const {
        std::string text;
        const auto add = [&](Method method) {
            if (!text.empty()) text += ", ";
            text += method_names[index(method)];
        };
        for (std::size_t i = 0; i < method_count; ++i) {
            if (!endpoints[i].handler) continue;
            add(static_cast<Method>(i));
            if (i == index(Method::get) && !endpoints[index(Method::head)].handler)
                add(Method::head);
        }
        return text;
    }

    const Endpoint* endpoint(Method method) const {
        if (method == Method::other) return nullptr;
        const Endpoint& found = endpoints[index(method)];
        if (found.handler) return &found;
        return method == Method::head ? endpoint(Method::get) : nullptr;
    }
};

namespace {

/// Fills in who calls; what stands in the way otherwise.
Result<Caller> admit(Access access, const TokenVerifier* verifier, const Request& request) {
    const auto authorization = request.header("authorization");
    if (access == Access::open) {
        if (!verifier || authorization.empty()) return Caller{};
        auto caller = verifier->verify(authorization);
        return caller ? std::move(*caller) : Caller{};
    }
    PAY_ASSERT(verifier);
    auto caller = verifier->verify(authorization);
    if (caller && access == Access::admin && !caller->admin()) return Error{Code::forbidden};
    return caller;
}

/// One call of a handler. If it throws, its responder is destroyed on the way and answers 500
/// before the exception can be seen; so a 500 given on this thread is held back until the call is
/// over.
class HandlerCall : public std::enable_shared_from_this<HandlerCall> {
 public:
    explicit HandlerCall(Responder responder) : x_responder(std::move(responder)) {}

    void run(const Handler& handler, Request request, Language language, std::string instance) {
        try {
            handler(
                std::move(request), Responder(
                                        [self = shared_from_this()](Response response) {
                                            self->answer(std::move(response));
                                        },
                                        language, std::move(instance)
                                    )
            );
        } catch (const Outage& e) {
            fail("a handler met an outage", e.what(), Code::unavailable);
        } catch (const std::exception& e) {
            fail("a handler failed", e.what(), Code::internal);
        } catch (...) {
            fail("a handler failed", "unknown", Code::internal);
        }
        x_running = false;
        if (x_held) x_responder.send(std::move(*x_held));
    }

 private:
    void answer(Response response) {
        // x_running is the caller's thread's own: another thread stops at the first comparison.
        if (response.status == 500 && std::this_thread::get_id() == x_thread && x_running) {
            x_held = std::move(response);
            return;
        }
        x_responder.send(std::move(response));
    }

    void fail(std::string_view message, std::string_view reason, Code code) {
        log::error(message, {{"reason", reason}});
        if (x_held) x_held = x_responder.problem_of(Error{code});
    }

    Responder x_responder;
    const std::thread::id x_thread = std::this_thread::get_id();
    bool x_running = true;
    std::optional<Response> x_held;
};

void refuse_caller(const Error& error, Responder& responder) {
    auto response = responder.problem_of(error);
    if (response.status == 401) response.headers.emplace_back("www-authenticate", "Bearer");
    responder.send(std::move(response));
}

}  // namespace

Router::Router(std::shared_ptr<const TokenVerifier> verifier)
    : x_root(std::make_unique<Node>()), x_verifier(std::move(verifier)) {}
Router::~Router() = default;

void Router::add(std::vector<Route> routes) {
    for (auto& route : routes) {
        PAY_ASSERT(route.path.starts_with('/') && route.method != Method::other);
        PAY_ASSERT(x_verifier || route.access == Access::open);
        Node* node = x_root.get();
        for (auto rest = route.path; !rest.empty();) {
            rest.remove_prefix(1);
            const auto segment = rest.substr(0, rest.find('/'));
            rest.remove_prefix(segment.size());
            auto& child =
                segment.starts_with('{') ? node->parameter : node->literals[std::string(segment)];
            if (!child) child = std::make_unique<Node>();
            node = child.get();
        }
        auto& endpoint = node->endpoints[index(route.method)];
        PAY_ASSERT(!endpoint.handler);
        endpoint = {.access = route.access, .handler = std::move(route.handler)};
        node->terminal = true;
        x_listing.push_back(
            std::string(method_names[index(route.method)]) + ' ' + std::string(route.path)
        );
    }
}

void Router::handle(Request request, Responder responder) const {
    request.parameters.clear();
    const Node* node = x_root->match(request.path, request.parameters);
    if (!node || request.path.empty()) return responder.refuse(Error{Code::not_found});
    const Endpoint* endpoint = node->endpoint(request.method);
    if (!endpoint) {
        auto response = responder.problem_of(Error{Code::method_not_allowed});
        response.headers.emplace_back("allow", node->allowed());
        return responder.send(std::move(response));
    }
    auto caller = admit(endpoint->access, x_verifier.get(), request);
    if (!caller) return refuse_caller(caller.error(), responder);
    request.caller = std::move(*caller);
    auto query = parse_query(request.query_text);
    if (!query) return responder.refuse(Error{Code::bad_request, bad_query});
    if (!request.query_text.empty()) request.query = std::move(*query);
    if (!is_utf8(request.body)) return responder.refuse(Error{Code::bad_request, bad_text});
    const Language language = request.language;
    std::string path = request.path;
    std::make_shared<HandlerCall>(std::move(responder))
        ->run(endpoint->handler, std::move(request), language, std::move(path));
}

}  // namespace pay::http
