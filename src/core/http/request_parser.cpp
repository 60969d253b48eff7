#include "core/http/request_parser.hpp"

#include <algorithm>
#include <boost/beast/http/error.hpp>

namespace pay::http {
namespace {

std::string_view plain(beast::string_view text) {
    return {text.data(), text.size()};
}

Method method_of(beast::http::verb given) {
    using beast::http::verb;
    // Beast knows some thirty verbs; what we do not serve is 405 wherever the path is ours.
    if (given == verb::get) return Method::get;
    if (given == verb::post) return Method::post;
    if (given == verb::head) return Method::head;
    if (given == verb::put) return Method::put;
    if (given == verb::patch) return Method::patch;
    if (given == verb::delete_) return Method::del;
    if (given == verb::options) return Method::options;
    return Method::other;
}

}  // namespace

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

RequestParser::RequestParser(const ServerOptions& options) {
    eager(true);
    header_limit(static_cast<std::uint32_t>(options.header_limit));
    body_limit(options.body_limit);
}

void RequestParser::on_request_impl(Verb verb, View, View target, int version, Failure&) {
    request.method = method_of(verb);
    const auto text = plain(target);
    const auto mark = std::min(text.find('?'), text.size());
    request.path = text.substr(0, mark);
    if (mark < text.size()) request.query_text = text.substr(mark + 1);
    request.headers.reserve(12);
    x_version = version;
}

void RequestParser::on_field_impl(beast::http::field name, View text, View value, Failure&) {
    using beast::http::field;
    if (is_header_done()) return;  // a trailer must not pass for a header
    if (name == field::host) ++x_hosts;
    if (name == field::transfer_encoding) x_coded = true;
    if (name == field::expect) expects_continue = lower_case(plain(value)) == "100-continue";
    request.headers.emplace_back(lower_case(plain(text)), plain(value));
}

void RequestParser::on_header_impl(Failure& failure) {
    // Where readers may differ about a request's end or its host, it is refused (RFC 9112).
    if (x_hosts > 1 || (x_version == 11 && x_hosts == 0)) {
        failure = beast::http::error::bad_field;
    } else if (x_coded && (!chunked() || x_version == 10)) {
        failure = beast::http::error::bad_transfer_encoding;
    }
    expects_continue = expects_continue && x_version == 11;
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, Failure&) {
    if (length) request.body.reserve(static_cast<std::size_t>(*length));
}

std::size_t RequestParser::on_body_impl(View body, Failure&) {
    request.body.append(body.data(), body.size());
    return body.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, View body, Failure&) {
    request.body.append(body.data(), body.size());
    return body.size();
}

}  // namespace pay::http
