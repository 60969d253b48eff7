#pragma once

#include <string>
#include <string_view>

#include "core/http/message.hpp"

namespace pay::http {

/// Korean if an Accept-Language ranks it above English, else English.
Language preferred_language(std::string_view accept_language);

/// The caller's request id if it is 1 to 128 of `A-Za-z0-9._-`, else a new one.
std::string request_id_from(std::string_view given);

/// A W3C traceparent of our own span: in the caller's trace if theirs is well formed, else in a new
/// one, marked as sampled.
std::string traceparent_from(std::string_view given);

}  // namespace pay::http
