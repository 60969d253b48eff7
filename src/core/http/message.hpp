#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result/error.hpp"

namespace pay::http {

enum class Method { get, head, post, put, patch, del, options, other };
enum class Language { en, ko };
enum class Role { user, admin };

/// Who makes a call, as its token says. Empty id: no token was needed and none was given.
struct Caller {
    std::string user_id{};
    Role role = Role::user;
    bool admin() const { return role == Role::admin; }
};

using Fields = std::vector<std::pair<std::string, std::string>>;

/// The value of a field, empty if it is not there; header names are kept in lower case.
std::string_view find(const Fields& fields, std::string_view name);

/// A request, read to its end, of our own plain types. Filled by the server and the router.
struct Request {
    Method method = Method::other;
    std::string path{};                     ///< as it was sent, without the query
    std::vector<std::string> parameters{};  ///< values of the route's `{…}`, decoded, in its order
    std::string query_text{};               ///< as it was sent, without the `?`
    Fields query{};                         ///< decoded, by the router
    Fields headers{};                       ///< names in lower case
    std::string body{};
    std::string remote_address{};  ///< the peer, or what a trusted proxy says of it
    std::string request_id{};      ///< taken in or made
    std::string traceparent{};     ///< W3C; taken in or made
    Language language = Language::en;
    Caller caller{};

    std::string_view header(std::string_view lower_case_name) const {
        return find(headers, lower_case_name);
    }
};

/// An answer that goes on: a text/event-stream. Any thread.
class Stream {
 public:
    virtual ~Stream() = default;
    /// Sends a piece; false once the client is gone or is too slow to take what was sent before.
    virtual bool send(std::string text) = 0;
    virtual void close() = 0;
};

struct Response {
    int status = 200;
    std::string content_type = "application/json";
    std::string body{};
    Fields headers{};
    /// If set, the body is a stream that this function feeds; it is called once the head is sent.
    std::function<void(std::shared_ptr<Stream>)> stream{};
};

Response json_response(int status, std::string body);

/// Not an answer at all: the server closes the connection instead. For stand-ins of unreliable
/// peers.
inline Response no_answer() {
    Response response;
    response.status = 0;
    return response;
}

/// An error as application/problem+json (RFC 9457) in the language the caller prefers.
Response problem(const Error& error, Language language, std::string_view instance);

/// Where the answer to one request goes. Move-only; from any thread, once: a second answer aborts.
/// One that is destroyed without an answer answers 500: a request never hangs on a forgotten path.
class Responder {
 public:
    using Send = std::move_only_function<void(Response)>;
    Responder(Send send, Language language, std::string instance)
        : x_send(std::move(send)), x_language(language), x_instance(std::move(instance)) {}
    Responder(Responder&& other) noexcept
        : x_send(std::exchange(other.x_send, {})),
          x_language(other.x_language),
          x_instance(std::move(other.x_instance)) {}
    Responder& operator=(Responder&&) = delete;
    ~Responder();

    void send(Response response);
    void refuse(const Error& error);
    /// Whether the answer went out, or the responder went on to somebody else.
    bool answered() const { return !x_send; }
    /// The problem this responder would send: for answers that are kept before they are sent.
    Response problem_of(const Error& error) const { return problem(error, x_language, x_instance); }

 private:
    Send x_send;
    Language x_language;
    std::string x_instance;
};

/// Handles one request. Called on an I/O thread: must not block; answers now or later.
using Handler = std::function<void(Request, Responder)>;

}  // namespace pay::http
