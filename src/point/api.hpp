#pragma once

#include <vector>

#include "core/http/router.hpp"
#include "point/service.hpp"

namespace pay::point {

std::vector<http::Route> routes_of(Service& service);

}  // namespace pay::point
