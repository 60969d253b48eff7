#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <random>
#include <vector>

#include "order/rules.hpp"

/// A world for the property test of the order service's rules: a gateway, a point and an order-item
/// service that answer late, twice, in any order or not at all, and a driver, all of one seed. Only
/// decide() is real.
namespace pay::order::test {

class World {
 public:
    /// `trouble`: how often, in percent, something goes wrong.
    World(unsigned seed, unsigned trouble) : x_random(seed), x_trouble(trouble) {
        state.items.emplace(
            "itm_p",
            item::Changed{
                "itm_p",
                item::Kind::point_package,
                "500",
                Won{5'000},
                Points{500},
                {},
                item::Status::on_sale,
                1
            }
        );
    }

    struct Receipt {
        gateway::Payment payment;
        int approvals_under_way = 0;
        int cancels_under_way = 0;
    };
    /// Points set aside, for a purchase or for a cancel.
    struct Hold {
        Points points;
        bool refused = false, settled = false, released = false;
    };
    struct Services {
        bool credited = false, reversed = false, spent = false, credit_refused = false;
        bool saved = false, revoked = false, save_refused = false;
        std::map<std::string, Hold> holds;

        Points settled() const {
            Points sum;
            for (const auto& [id, hold] : holds) sum += hold.settled ? hold.points : Points{0};
            return sum;
        }
        bool holds_something() const {
            return std::ranges::any_of(holds, [](const auto& entry) {
                const auto& hold = entry.second;
                return !hold.refused && !hold.settled && !hold.released;
            });
        }
    };

    /// A buyer's order and the receipts the buyer brings for it.
    void open(int number, std::size_t receipts);
    /// One thing that is under way happens, or a buyer, the clock or the driver moves.
    void step();
    /// No more trouble, and everything under way comes to its end.
    void settle();
    /// Empty, or what is wrong now.
    std::string fault() const;
    std::string fault_at_end() const;

    State state;
    Settings settings;
    std::map<std::string, Receipt> gateway;
    std::map<std::string, Services> services;

 private:
    using Event = std::function<void()>;

    Result<Answer> run(const Command& command);
    void act(const Result<Answer>& result);
    void later(Event event) { x_events.push_back(std::move(event)); }
    void call(Event event) { x_calls.push_back(std::move(event)); }
    void happen(std::deque<Event>& of);
    bool chance(unsigned percent) { return x_random() % 100 < percent; }
    Won below(std::int64_t end) {
        return Won{static_cast<std::int64_t>(x_random() % static_cast<std::uint64_t>(end))};
    }
    bool trouble() { return chance(x_trouble); }

    void look_up(const std::string& order_id, const std::string& receipt_id);
    void approve(const std::string& order_id, const std::string& receipt_id);
    void cancel(const Refund& refund);
    void drive();
    void hear(const bus::Message& message);
    /// Somebody cancels an order, here or behind our back.
    void cancel_something();
    void reconcile();
    void serve_point(const point::Command& command, bool credit);
    void serve_hold(const point::Hold& asked);
    void end_hold(const point::HoldEnd& asked, bool settle);
    void reply(const std::string& order_id, point::Action action, bool refused, std::string hold);
    std::string fault_of(const Order& order, const Services& kept) const;
    std::string fault_of(const std::string& name, const gateway::Payment& payment) const;
    void serve_item(const std::string& order_id, bool save);
    void note(std::string fault) {
        if (x_fault.empty()) x_fault = std::move(fault);
    }

    std::mt19937 x_random;
    unsigned x_trouble;
    int x_cancels = 0;
    Time x_now = from_epoch_ms(1'772'414'130'000);
    std::deque<Event> x_events;
    std::deque<Event> x_calls;  // of the gateway: none outlasts the time it is waited for
    std::string x_fault;
};

}  // namespace pay::order::test
