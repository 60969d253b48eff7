#pragma once

#include "order/desk.hpp"

namespace pay::order::test {

inline const std::string key_id = "bky_1";
inline const std::string charge_id = "auc_1";

/// A desk with a billing key and an auto-charge on it.
struct ChargeDesk : Desk {
    AddBillingKey key_of(std::string user, std::string id = key_id) const {
        BillingKey key;
        key.id = std::move(id);
        key.user_id = std::move(user);
        key.receipt_id = receipt_a;
        key.key = "secret-1";
        key.label = "KB 1234";
        return {key, "127.0.0.1"};
    }
    AddAutoCharge wish_of(Trigger trigger, std::string user = "kim") const {
        AutoCharge wish;
        wish.id = charge_id;
        wish.user_id = std::move(user);
        wish.billing_key_id = key_id;
        wish.item_id = "itm_p";
        wish.trigger = trigger;
        if (trigger == Trigger::below)
            wish.below = Points{100};
        else
            wish.monthly_day = 5;
        return {wish, "127.0.0.1"};
    }
    /// A key and an auto-charge on it.
    void agree(Trigger trigger = Trigger::below) {
        must(key_of("kim"));
        must(wish_of(trigger));
    }
    AutoCharge& charge() { return state.auto_charging.charges.at(charge_id); }
    BillingKey& key() { return state.auto_charging.keys.at(key_id); }
    std::vector<Consent>& consents() { return state.auto_charging.consents; }
    void hear(std::int64_t balance, std::int64_t version = 0) {
        must(point::Balance{"kim", Points{balance}, version});
    }
    Answer drive(std::string order_id = "ord_a") {
        auto answer = must(DriveAutoCharge{charge_id, std::move(order_id)});
        // What was committed is what the next batch loads.
        for (const auto& made : state.auto_charging.made) {
            CHECK(state.orders.contains(made.order_id));
        }
        return answer;
    }
    /// Triggered, and its intent stored.
    Answer begin(std::string order_id = "ord_a") {
        if (charge().trigger == Trigger::below) hear(99);
        return drive(std::move(order_id));
    }
    void refuse(gateway::Refusal refusal, std::string order_id = "ord_a") {
        must(ChargeRefused{charge_id, order_id, refusal, charge().charge_called_at});
    }
    /// The look at the order under way.
    Answer look() {
        now = *charge().due_at;
        return drive("ord_unused");
    }
};

}  // namespace pay::order::test
