#include "core/runtime/status_route.hpp"

#include "core/dead_letter/store.hpp"
#include "core/http/query.hpp"
#include "core/json/read.hpp"
#include "core/json/write.hpp"
#include "core/outbox/outbox.hpp"

namespace pay {

static_assert(json::whole<OutboxView>);
static_assert(json::whole<LagView>);
static_assert(json::whole<InstanceView>);
static_assert(json::whole<StatusView>);

StatusView status_of(
    sql::Connection& connection, const Serving& running, const Instances& instances,
    const bus::Bus& bus
) {
    StatusView status;
    status.service = running.service;
    status.instance = instances.name();
    status.version = PAY_VERSION;
    status.started_at = running.started_at;
    const auto waiting = outbox::waiting(connection);
    status.outbox = {waiting.parcels, waiting.oldest_at};
    status.queue = static_cast<std::int64_t>(running.queue);
    status.dead_letters = dead_letter::count(connection);
    for (auto& lag : bus.lags(running.service)) {
        status.consumers.push_back({std::move(lag.topic), lag.partition, lag.messages});
    }
    for (auto& one : instances.seen()) {
        status.instances.push_back({std::move(one.name), one.leads, one.beat});
    }
    return status;
}

http::Route status_route(
    std::string_view path, Readers& readers, std::function<StatusView(sql::Connection&)> status
) {
    return {
        http::Method::get, path, http::Access::admin,
        [&readers,
         status = std::move(status)](const http::Request& request, http::Responder responder) {
            http::Query query(request);
            if (const auto fault = query.fault()) return responder.refuse(*fault);
            readers.run(
                std::move(responder),
                [status](sql::Connection& connection, http::Responder& answer) {
                    answer.send(http::json_response(200, json::to_text(status(connection))));
                }
            );
        }
    };
}

}  // namespace pay
