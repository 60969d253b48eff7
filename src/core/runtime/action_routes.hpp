#pragma once

#include <string>
#include <string_view>

#include "core/http/router.hpp"
#include "core/runtime/readers.hpp"

namespace pay {

/// GET `path` (/v1/admin/SERVICE/actions), for admins: what operators did in this service, newest
/// first. `path` and `readers` outlive it.
http::Route action_route(std::string_view path, const std::string& service, Readers& readers);

}  // namespace pay
