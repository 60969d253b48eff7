#pragma once

#include <string>

#include "core/http/base_url.hpp"
#include "core/http/client.hpp"

namespace pay::http {

/// Whether the call has a method, and nothing in it can end its line and begin another.
bool well_formed(const Call& call);

/// The call as HTTP/1.1 has it.
std::string request_text(const BaseUrl& base, const Call& call);

}  // namespace pay::http
