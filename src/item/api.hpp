#pragma once

#include <vector>

#include "core/http/router.hpp"
#include "item/service.hpp"

namespace pay::item {

std::vector<http::Route> routes_of(Service& service);

}  // namespace pay::item
