#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/dead_letter/letterbox.hpp"
#include "core/http/router.hpp"
#include "core/runtime/call.hpp"
#include "core/runtime/readers.hpp"

namespace pay {

/// What the routes of the dead letters need of the engine they belong to; outlives the routes.
struct LetterDesk {
    dead_letter::Letterbox& letterbox;
    Readers& readers;
    std::function<http::Handler(CallHandler)> keyed;
    std::function<void(std::shared_ptr<Call>, http::Response)> answer;
    dead_letter::Write write;
};

/// The texts that a service's routes refer to; outlives them.
struct LetterPaths {
    explicit LetterPaths(std::string its_service);
    std::string service;
    std::string all;
    std::string one;
    std::string replay;
    std::string discard;
};

/// GET /v1/admin/SERVICE/dead-letters and what is below it, for admins.
std::vector<http::Route> letter_routes(const LetterPaths& paths, LetterDesk desk);

}  // namespace pay
