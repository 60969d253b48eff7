#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bus/bus.hpp"
#include "core/http/router.hpp"
#include "core/instances/instances.hpp"
#include "core/runtime/readers.hpp"
#include "core/time/clock.hpp"

/// How a service is, for operators: what waits in it and who serves it.
namespace pay {

struct OutboxView {
    std::int64_t waiting = 0;  ///< transactions whose messages the bus has not acknowledged
    std::optional<Time> oldest_at;
};
BOOST_DESCRIBE_STRUCT(OutboxView, (), (waiting, oldest_at))

struct LagView {
    std::string topic;
    std::int64_t partition = 0;
    std::int64_t lag = 0;
};
BOOST_DESCRIBE_STRUCT(LagView, (), (topic, partition, lag))

struct InstanceView {
    std::string name;
    bool leads = false;
    std::int64_t beats = 0;
};
BOOST_DESCRIBE_STRUCT(InstanceView, (), (name, leads, beats))

struct StatusView {
    std::string service;
    std::string instance;  ///< that answers
    std::string version;
    Time started_at{};
    OutboxView outbox;
    std::int64_t queue = 0;  ///< commands that wait for this instance's writer
    std::int64_t dead_letters = 0;
    std::vector<LagView> consumers;  ///< of the partitions this instance reads
    std::vector<InstanceView> instances;
};
BOOST_DESCRIBE_STRUCT(
    StatusView, (),
    (service, instance, version, started_at, outbox, queue, dead_letters, consumers, instances)
)

/// What the service knows of itself.
struct Serving {
    std::string service;
    Time started_at{};
    std::size_t queue = 0;
};
StatusView status_of(
    sql::Connection& connection, const Serving& running, const Instances& instances,
    const bus::Bus& bus
);

/// GET `path` (/v1/admin/SERVICE/status), for admins. `path` and `readers` outlive it.
http::Route status_route(
    std::string_view path, Readers& readers, std::function<StatusView(sql::Connection&)> status
);

}  // namespace pay
