#pragma once

#include <string>
#include <string_view>

#include "core/http/message.hpp"

namespace pay::http {

/// What of a request shapes the head of its answer.
struct AnswerShape {
    bool keep_alive = false;
    bool head_only = false;  ///< HEAD: the length of the body, and no body
    bool chunked = false;
    bool cross_origin = false;  ///< the browser's origin is the one we allow
    std::string request_id;
    std::string traceparent;
};

/// Whether answers of this status have a body at all (RFC 9110).
bool has_body(int status);

/// The status line and the headers, the empty line included, appended to `out`. A field that could
/// break out of its line is left out.
void append_head(
    std::string& out, const Response& response, const AnswerShape& shape,
    std::string_view cors_origin
);

/// The answer to a browser's question whether it may send: 204 with what is allowed.
Response preflight();

}  // namespace pay::http
