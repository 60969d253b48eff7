#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>

#include "core/json/read.hpp"
#include "core/json/write.hpp"
#include "point/messages.hpp"

namespace pay::order::test {

/// A point service for tests that keeps the sums of each order, does everything once, refuses
/// nothing, and lets the test bend what it keeps.
class PaperLedger {
 public:
    struct Said {
        std::string type;
        std::string key;
        std::string payload;
    };

    Said hear(const std::string& type, const std::string& payload) {
        const std::lock_guard lock(x_mutex);
        if (type == point::check_type) return checked(read<point::Check>(payload));
        if (type == point::credit_type || type == point::reverse_type) {
            return moved(type, read<point::Command>(payload));
        }
        if (type == point::hold_type) return held(read<point::Hold>(payload));
        return ended(type, read<point::HoldEnd>(payload));
    }

    /// Changes what it would say of an order, and forgets that it ever did anything for it.
    template <class Use>
    void bend(const std::string& order_id, Use use) {
        const std::lock_guard lock(x_mutex);
        use(x_sums[order_id]);
        std::erase_if(x_given, [&](const std::string& key) { return key.starts_with(order_id); });
    }
    point::Checked sums(const std::string& order_id) {
        const std::lock_guard lock(x_mutex);
        return x_sums[order_id];
    }

 private:
    template <class T>
    static T read(const std::string& payload) {
        return *json::read<T>(payload, json::Unknown::refuse);
    }
    /// False if this was done before.
    bool first(const std::string& order_id, const std::string& what) {
        return x_given.insert(order_id + ' ' + what).second;
    }
    static Said done(
        const std::string& order_id, point::Action action, std::optional<std::string> hold_id = {}
    ) {
        const point::Reply reply{order_id, action, "", std::move(hold_id), {}};
        return {std::string(point::done_type), order_id, json::to_text(reply)};
    }

    Said checked(const point::Check& asked) {
        point::Checked answer = x_sums[asked.order_id];
        answer.order_id = asked.order_id;
        answer.check_id = asked.check_id;
        return {std::string(point::checked_type), asked.order_id, json::to_text(answer)};
    }
    Said moved(const std::string& type, const point::Command& asked) {
        const bool credit = type == point::credit_type;
        if (first(asked.order_id, type)) {
            auto& sums = x_sums[asked.order_id];
            if (credit) sums.granted = asked.points + asked.bonus.value_or(Points{0});
            if (!credit) sums.returned = sums.granted;
        }
        return done(asked.order_id, credit ? point::Action::credit : point::Action::reverse);
    }
    Said held(const point::Hold& asked) {
        if (first(asked.order_id, asked.hold_id + point::hold_type.data())) {
            x_sums[asked.order_id].held += asked.points + asked.bonus;
        }
        return done(asked.order_id, point::Action::hold, asked.hold_id);
    }
    Said ended(const std::string& type, const point::HoldEnd& asked) {
        const bool settles = type == point::settle_type;
        if (first(asked.order_id, asked.hold_id + type)) {
            auto& sums = x_sums[asked.order_id];
            const bool purchase = asked.hold_id == asked.order_id;
            if (settles) (purchase ? sums.spent : sums.returned) += sums.held;
            sums.held = Points{0};
        }
        const auto action = settles ? point::Action::settle : point::Action::release;
        return done(asked.order_id, action, asked.hold_id);
    }

    std::mutex x_mutex;
    std::map<std::string, point::Checked> x_sums;
    std::set<std::string> x_given;
};

}  // namespace pay::order::test
