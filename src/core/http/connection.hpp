#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/http/address_guard.hpp"
#include "core/http/answer_parser.hpp"
#include "core/http/base_url.hpp"
#include "core/http/io_context.hpp"

namespace pay::http {

/// A client's connection: carries one call after another. A read is always under way, so that one
/// the server closes while it is idle is noticed at once. Everything runs on its loop.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
    struct Target {
        const BaseUrl& base;
        asio::ssl::context* tls;  ///< null for plain http
        std::size_t answer_limit;
        const AddressGuard* guard = nullptr;  ///< of the addresses connected to; null: any
        bool cuts = false;  ///< a longer body is cut at answer_limit; else it is no answer
    };
    struct Ended {
        std::optional<Answer> answer{};
        bool sent = true;       ///< at least a byte of the request may have gone out
        bool answered = false;  ///< at least a byte came back
        bool reusable = false;
    };
    using Connected = std::move_only_function<void(bool)>;
    using Done = std::move_only_function<void(Ended)>;
    using Lost = std::move_only_function<void()>;

    Connection(Loop& loop, Target target);

    /// Resolves, connects, and shakes hands. `done` runs unless close() comes first.
    void connect(Duration timeout, Connected done);
    /// `done` runs once, unless close() comes first.
    void exchange(std::string request, bool head_only, Done done);
    /// Waits for the next call; `lost` runs if the server closes meanwhile.
    void rest(Lost lost) { x_lost = std::move(lost); }
    /// Whether the server has not closed its side yet, as far as can be known without asking.
    bool alive();
    bool used() const { return x_exchanges > 1; }
    /// Why connect() failed: a sentence for a person, with no secret in it.
    const std::string& fault() const { return x_fault; }
    void close();

 private:
    void on_resolved(error_code failed, const tcp::resolver::results_type& endpoints);
    void connect_to(const std::vector<tcp::endpoint>& endpoints);
    void on_connected(error_code failed);
    void shake_hands();
    void connected(bool good);
    void refuse(std::string fault);
    void read();
    void on_read(error_code failed, std::size_t size);
    void parse();
    void on_written(error_code failed, std::size_t size);
    void end(Ended how);

    Target x_target;
    Socket x_socket;
    std::optional<asio::ssl::stream<Socket&>> x_tls;
    asio::ip::basic_resolver<tcp, Executor> x_resolver;
    SteadyTimer x_timer;
    beast::flat_buffer x_buffer;
    std::optional<AnswerParser> x_parser;
    Connected x_connected;
    Done x_done;
    Lost x_lost;
    std::string x_request;
    std::string x_fault;
    bool x_head_only = false;
    bool x_writing = false;
    bool x_closed = false;
    std::size_t x_exchanges = 0;
};

}  // namespace pay::http
