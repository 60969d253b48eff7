#pragma once

#include <vector>

#include "core/http/router.hpp"
#include "order/service.hpp"

namespace pay::order {

/// Begins and shows reconciliations; the Reconciler works on what stands in the table.
std::vector<http::Route> reconcile_routes(Service& service);

/// Takes a `point.checked`, whichever instance it comes to.
void take_checked(Service& service, const bus::Message& message, dead_letter::Answered answered);

}  // namespace pay::order
