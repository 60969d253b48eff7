#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/dead_letter/letterbox.hpp"
#include "core/http/router.hpp"
#include "core/runtime/call.hpp"
#include "core/runtime/readers.hpp"
#include "core/runtime/webhooks.hpp"

namespace pay {

/// What the routes of the webhooks out need of the engine they belong to; outlives the routes.
struct WebhookDesk {
    Webhooks& webhooks;
    Readers& readers;
    std::function<http::Handler(CallHandler)> keyed;
    std::function<void(std::shared_ptr<Call>, http::Response)> answer;
    dead_letter::Write write;
};

/// The texts that a service's routes refer to; outlives them.
struct WebhookPaths {
    explicit WebhookPaths(const std::string& service);
    std::string all;
    std::string one;
    std::string rotate;
    std::string remove;
    std::string test;
    std::string deliveries;
    std::string delivery;
    std::string redeliver;
};

/// /v1/admin/SERVICE/webhook-endpoints and what is below it, for admins.
std::vector<http::Route> webhook_routes(const WebhookPaths& paths, WebhookDesk desk);

}  // namespace pay
