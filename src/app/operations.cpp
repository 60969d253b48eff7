#include "app/operations.hpp"

#include <algorithm>

#include "core/embedded.hpp"
#include "core/json/escape.hpp"
#include "core/log/log.hpp"

namespace pay::app {

extern const std::span<const EmbeddedFile> files;

namespace {

http::Response ready(const std::vector<Readiness>& services) {
    std::string faults;
    for (const auto& [service, fault] : services) {
        const auto reason = fault();
        if (!reason) continue;
        faults += faults.empty() ? "" : ",";
        json::append_string(faults, service);
        faults += ':';
        json::append_string(faults, *reason);
    }
    if (faults.empty()) return http::json_response(200, R"({"status":"ready"})");
    return http::json_response(503, R"({"status":"unavailable","reasons":{)" + faults + "}}");
}

http::Response text(std::string_view content_type, std::string body) {
    http::Response response;
    response.content_type = content_type;
    response.body = std::move(body);
    return response;
}

}  // namespace

http::Responder log_answer(
    const http::Request& request, http::Responder responder, const Clock& clock
) {
    if (!log::enabled(log::Level::debug)) return responder;
    return http::Responder(
        [&clock, begun = clock.now(), path = request.path, id = request.request_id,
         trace = request.traceparent,
         onward = std::move(responder)](http::Response response) mutable {
            log::debug(
                "answered", {{"path", path},
                             {"status", response.status},
                             {"ms", (clock.now() - begun).count()},
                             {"request_id", id},
                             {"traceparent", trace}}
            );
            onward.send(std::move(response));
        },
        request.language, request.path
    );
}

std::vector<http::Route> operation_routes(
    metrics::Metrics& metrics, std::vector<Readiness> services
) {
    using http::Access;
    using http::Request;
    using http::Responder;
    using http::Method::get;
    return {
        {get, "/health/live", Access::open,
         [](const Request&, Responder responder) {
             responder.send(http::json_response(200, R"({"status":"live"})"));
         }},
        {get, "/health/ready", Access::open,
         [services = std::move(services)](const Request&, Responder responder) {
             responder.send(ready(services));
         }},
        {get, "/metrics", Access::open,
         [&metrics](const Request&, Responder responder) {
             responder.send(text("text/plain; version=0.0.4", metrics.text()));
         }},
        {get, "/openapi.json", Access::open,
         [](const Request&, Responder responder) {
             responder.send(text("application/json", std::string(files.front().text)));
         }},
    };
}

}  // namespace pay::app
