#pragma once

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "point/rules.hpp"

/// The rules with nothing around them, for tests: a state that lives on from one instruction to the
/// next, and the proof that its books balance.
namespace pay::point::test {

inline const Time noon = from_epoch_ms(1'772'414'130'000);
inline constexpr Duration day = std::chrono::days{1};

class Till {
 public:
    State state;
    Settings settings;
    Time now = noon;
    std::vector<bus::Message> messages;  ///< of the last instruction

    Result<Standing> decide(const Instruction& wish) {
        messages.clear();
        return point::decide(state, wish, settings, now, messages);
    }

    std::string credit(const std::string& order, std::int64_t points, std::int64_t bonus = 0) {
        Command asked{order, "kim", Points{points}};
        if (bonus > 0) asked.bonus = Points{bonus};
        return answer(Credit{next_id(), asked});
    }
    std::string reverse(const std::string& order, std::int64_t points = 1) {
        return answer(Reverse{next_id(), {order, "kim", Points{points}, {}}});
    }
    std::string buy(const std::string& order, std::int64_t points) {
        return answer(TakeHold{next_id(), purchase(order, points)});
    }
    std::string cancel(
        const std::string& order, const std::string& id, std::int64_t points,
        std::int64_t bonus = 0, bool only_unused = false, bool owed = false
    ) {
        return answer(TakeHold{
            next_id(),
            {order, id, "kim", Purpose::cancel, Points{points}, Points{bonus}, only_unused, owed}
        });
    }
    std::string settle(const std::string& id, const std::string& order = "") {
        return answer(SettleHold{next_id(), {order.empty() ? id : order, id, "kim"}});
    }
    std::string release(const std::string& id, const std::string& order = "") {
        return answer(ReleaseHold{next_id(), {order.empty() ? id : order, id, "kim"}});
    }
    Result<Standing> adjust(std::int64_t points, std::string reason = "a gift") {
        return decide(Adjust{next_id(), "kim", "root", Points{points}, std::move(reason)});
    }
    Result<Standing> grant(
        std::int64_t points, Kind kind = Kind::bonus, std::optional<std::int64_t> days = {},
        std::string reason = "a gift"
    ) {
        return decide(Grant{next_id(), "kim", "root", Points{points}, kind, days, std::move(reason)}
        );
    }
    void expire() { std::ignore = decide(Expire{next_id(), "kim"}); }

    static Hold purchase(const std::string& order, std::int64_t points) {
        return {order, order, "kim", Purpose::purchase, Points{points}, Points{}};
    }

    /// "done" or the code it was refused with, and the balance, if the reply tells it.
    std::string answer(const Instruction& wish) {
        REQUIRE(decide(wish));
        REQUIRE_FALSE(messages.empty());
        const auto reply = json::read<Reply>(messages.back().payload, json::Unknown::refuse);
        REQUIRE(reply);
        CHECK((messages.back().type == done_type) == reply->code.empty());
        auto text = reply->code.empty() ? std::string("done") : reply->code;
        if (reply->balance) text += ' ' + std::to_string(reply->balance->value());
        return text;
    }

    WalletRow& kim() { return state.wallets["kim"]; }
    /// "paid bonus held owed"
    std::string wallet() {
        const auto& it = kim().wallet;
        std::string text = std::to_string(it.paid.value());
        for (const Points points : {it.bonus, it.held, it.owed}) {
            text += ' ' + std::to_string(points.value());
        }
        return text;
    }
    /// What is left in each lot, with the days until it expires.
    std::string lots() {
        std::string text;
        for (const auto& [id, row] : kim().lots) {
            const auto& lot = row.lot;
            if (lot.left == Points{}) continue;
            const auto days = std::chrono::duration_cast<std::chrono::days>(lot.expires_at - now);
            text += id + '=' + std::to_string(lot.left.value()) + '/' +
                    std::to_string(days.count()) + ' ';
        }
        return text;
    }
    /// The lines of the last movement.
    std::string lines() const {
        std::string text;
        for (const auto& line : state.postings.back().lines) {
            text += json::to_text(line.account) + json::to_text(line.points) + ' ';
        }
        std::erase(text, '"');
        return text;
    }
    Reason reason() const { return state.postings.back().reason; }
    const Lot& lot(const std::string& id) { return kim().lots.at(id).lot; }
    std::vector<std::string> sent(std::string_view type) const {
        std::vector<std::string> payloads;
        for (const auto& message : messages) {
            if (message.type == type) payloads.push_back(message.payload);
        }
        return payloads;
    }

 private:
    std::string next_id() { return "ptx_" + std::to_string(1000 + ++x_ids); }
    int x_ids = 0;
};

/// What is wrong with the books; nothing if they balance. `owed_before`: by user, before the first
/// posting.
std::string faults_of(const State& state, const std::map<std::string, Points>& owed_before = {});

}  // namespace pay::point::test
