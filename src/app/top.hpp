#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/metrics_text.hpp"
#include "core/json/read.hpp"
#include "core/json/write.hpp"
#include "core/terminal/terminal.hpp"

/// What `payments top` shows: how a running system is, now.
namespace pay::app {

struct OutboxState {
    std::int64_t waiting = 0;
    std::optional<std::string> oldest_at;
};
BOOST_DESCRIBE_STRUCT(OutboxState, (), (waiting, oldest_at))
static_assert(json::whole<OutboxState>);

struct ConsumerState {
    std::string topic;
    std::int64_t lag = 0;
};
BOOST_DESCRIBE_STRUCT(ConsumerState, (), (topic, lag))
static_assert(json::whole<ConsumerState>);

struct InstanceState {
    std::string name;
    bool leads = false;
};
BOOST_DESCRIBE_STRUCT(InstanceState, (), (name, leads))
static_assert(json::whole<InstanceState>);

/// Of what a service answers at its /status, what is shown.
struct ServiceState {
    std::string service;
    OutboxState outbox;
    std::int64_t queue = 0;
    std::int64_t dead_letters = 0;
    std::vector<ConsumerState> consumers;
    std::vector<InstanceState> instances;
};
BOOST_DESCRIBE_STRUCT(
    ServiceState, (), (service, outbox, queue, dead_letters, consumers, instances)
)
static_assert(json::whole<ServiceState>);

struct StuckOrder {
    std::string id;
    std::string status;
};
BOOST_DESCRIBE_STRUCT(StuckOrder, (), (id, status))
static_assert(json::whole<StuckOrder>);

/// An order to attend to.
struct Stuck {
    StuckOrder order;
    std::string why;
    std::string since;
};
BOOST_DESCRIBE_STRUCT(Stuck, (), (order, why, since))
static_assert(json::whole<Stuck>);

/// All that was asked at one time.
struct Reading {
    std::string at;      ///< RFC 3339
    double seconds = 0;  ///< of a clock that never goes back
    Series series{};
    std::vector<ServiceState> services{};  ///< those that answered
    std::vector<Stuck> stuck{};            ///< the worst first
    bool more_stuck = false;
    std::vector<std::string> faults{};  ///< what could not be asked, and why
};

/// A rate or a time in JSON: with one decimal, or null.
struct Tenth {
    std::optional<double> value;
};
void write(std::string& out, const Tenth& tenth);
std::string text_of(const Tenth& tenth);

struct OrdersLine {
    std::string status;
    Tenth per_s;
};
BOOST_DESCRIBE_STRUCT(OrdersLine, (), (status, per_s))
static_assert(json::whole<OrdersLine>);

struct HttpLine {
    Tenth per_s;
    Tenth errors_per_s;  ///< 5xx
    Tenth p50_ms;
    Tenth p99_ms;
};
BOOST_DESCRIBE_STRUCT(HttpLine, (), (per_s, errors_per_s, p50_ms, p99_ms))
static_assert(json::whole<HttpLine>);

struct GatewayLine {
    Tenth per_s;
    Tenth failures_per_s;  ///< calls without an answer to go by
};
BOOST_DESCRIBE_STRUCT(GatewayLine, (), (per_s, failures_per_s))
static_assert(json::whole<GatewayLine>);

struct ServiceLine {
    std::string service;
    Tenth commands_per_s;
    Tenth commands_per_commit;
    std::optional<std::int64_t> queue;  ///< nothing, here and below: it cannot be asked
    std::optional<std::int64_t> outbox;
    std::optional<std::string> outbox_oldest_at;
    std::optional<std::int64_t> lag;
    std::int64_t dead_letters = 0;
    std::optional<std::int64_t> instances;
};
BOOST_DESCRIBE_STRUCT(
    ServiceLine, (),
    (service, commands_per_s, commands_per_commit, queue, outbox, outbox_oldest_at, lag,
     dead_letters, instances)
)
static_assert(json::whole<ServiceLine>);

/// Two readings, as they are shown. Rates are those of the time between them.
struct TopView {
    std::string at;
    std::vector<OrdersLine> orders;
    HttpLine http;
    GatewayLine gateway;
    std::vector<ServiceLine> services;
    std::vector<Stuck> stuck;
    bool more_stuck = false;
    std::vector<std::string> faults;
};
BOOST_DESCRIBE_STRUCT(TopView, (), (at, orders, http, gateway, services, stuck, more_stuck, faults))
static_assert(json::whole<TopView>);

TopView view_of(const Reading& before, const Reading& after);

/// All of it, for a screen.
std::string page_text(const TopView& view, const terminal::Screen& screen);
/// The most of it, in one line.
std::string line_text(const TopView& view);

}  // namespace pay::app
