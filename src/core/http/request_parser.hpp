#pragma once

#include <boost/beast/http/basic_parser.hpp>

#include "core/http/message.hpp"
#include "core/http/server.hpp"

namespace pay::http {

namespace beast = boost::beast;

std::string lower_case(std::string_view text);

/// Reads one request straight into our own type, without Beast's containers between.
class RequestParser final : public beast::http::basic_parser<true> {
 public:
    explicit RequestParser(const ServerOptions& options);

    bool http_1_0() const { return x_version == 10; }

    Request request;
    bool expects_continue = false;

 private:
    using Verb = beast::http::verb;
    using View = beast::string_view;
    using Failure = beast::error_code;

    void on_request_impl(Verb, View, View target, int version, Failure&) override;
    void on_response_impl(int, View, int, Failure&) override {}
    void on_field_impl(beast::http::field, View name, View value, Failure&) override;
    void on_header_impl(Failure&) override;
    void on_body_init_impl(const boost::optional<std::uint64_t>&, Failure&) override;
    std::size_t on_body_impl(View body, Failure&) override;
    void on_chunk_header_impl(std::uint64_t, View, Failure&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, View body, Failure&) override;
    void on_finish_impl(Failure&) override {}

    int x_version = 11;
    int x_hosts = 0;
    bool x_coded = false;
};

}  // namespace pay::http
