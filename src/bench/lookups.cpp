#include "bench/lookups.hpp"

namespace pay::bench {
namespace {

http::Call get(std::string target, const std::string& authorization) {
    http::Call call;
    call.target = std::move(target);
    call.headers = {{"authorization", authorization}};
    return call;
}

}  // namespace

Lookups::Lookups(std::vector<KnownOrder> orders) {
    for (const auto& known : orders) {
        x_orders.push_back(get("/v1/orders/" + known.id, known.authorization));
        x_points.push_back(get("/v1/points", known.authorization));
    }
}

void Lookups::step(Client& client, std::uint64_t number) const {
    const auto index = number / 2 % x_orders.size();
    if (number % 2 == 0) return send(client, x_orders[index], order);
    send(client, x_points[index], points);
}

void Lookups::send(Client& client, const http::Call& call, const Kind& kind) {
    client.when_due([&client, &call, &kind](SteadyClock::time_point begin) {
        client.lane().server.send(call, [&client, &kind, begin](const http::Outcome& outcome) {
            auto fault = fault_of(kind.fault, outcome, 200);
            if (fault.empty())
                client.lane().tally.latency(kind.latency, SteadyClock::now() - begin);
            client.done(fault);
        });
    });
}

}  // namespace pay::bench
