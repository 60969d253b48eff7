#pragma once

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>

#include "core/http/client.hpp"
#include "core/http/request_parser.hpp"

namespace pay::http {

/// Reads one answer straight into our own type.
class AnswerParser final : public beast::http::basic_parser<false> {
 public:
    /// `cuts`: a body over the limit is cut there instead of being an error.
    AnswerParser(std::size_t limit, bool head_only, bool cuts) : x_limit(limit), x_cuts(cuts) {
        eager(true);
        header_limit(64 * 1024);
        body_limit(cuts ? boost::optional<std::uint64_t>{} : limit);
        skip(head_only);
    }

    /// Whether more came than the limit lets through: the rest need not be read.
    bool was_cut() const { return x_was_cut; }

    Answer answer;

 private:
    using View = beast::string_view;
    using Failure = beast::error_code;

    void on_request_impl(beast::http::verb, View, View, int, Failure&) override {}
    void on_response_impl(int status, View, int, Failure&) override { answer.status = status; }
    void on_field_impl(beast::http::field, View name, View value, Failure&) override {
        if (is_header_done()) return;
        answer.headers.emplace_back(
            lower_case({name.data(), name.size()}), std::string_view(value.data(), value.size())
        );
    }
    void on_header_impl(Failure&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, Failure&) override {}
    std::size_t on_body_impl(View body, Failure&) override { return append(body); }
    void on_chunk_header_impl(std::uint64_t, View, Failure&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, View body, Failure&) override {
        return append(body);
    }
    void on_finish_impl(Failure&) override {}

    std::size_t append(View body) {
        const auto fits =
            x_cuts ? std::min(body.size(), x_limit - answer.body.size()) : body.size();
        answer.body.append(body.data(), fits);
        x_was_cut = x_was_cut || fits < body.size();
        return body.size();
    }

    const std::size_t x_limit;
    const bool x_cuts;
    bool x_was_cut = false;
};

}  // namespace pay::http
