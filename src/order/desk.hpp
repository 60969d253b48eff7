#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json/names.hpp"
#include "order/messages.hpp"
#include "order/rules.hpp"

/// A desk for the tests of the rules: a state, a clock that is turned by hand, and the commands one
/// by one.
namespace pay::order::test {

using gateway::Payment;
using gateway::Stage;

inline const Time noon = from_epoch_ms(1'772'414'130'000);
inline const std::string receipt_a = "aaaaaaaaaaaaaaaaaaaaaaaa";
inline const std::string receipt_b = "bbbbbbbbbbbbbbbbbbbbbbbb";

inline item::Changed package() {
    return {
        "itm_p",
        item::Kind::point_package,
        "500 포인트",
        Won{5'000},
        Points{500},
        {},
        item::Status::on_sale,
        3
    };
}
inline item::Changed episode() {
    return {"itm_c", item::Kind::content, "1화", Won{300}, {}, Points{3}, item::Status::on_sale, 1};
}

inline NewOrder wish(std::string id, std::string user = "kim", std::string item = "itm_p") {
    return {std::move(id), std::move(user), std::move(item), PaymentMethod::bootpay, {}};
}

inline Payment payment(
    std::string receipt, std::string order, Stage stage, Won price = Won{5'000},
    std::string user = "kim"
) {
    Payment made{std::move(receipt), std::move(order), std::move(user), price, {}, stage, {}};
    if (stage == Stage::canceled) made.canceled = price;
    return made;
}

inline Payment part_returned(Payment of, Won canceled) {
    of.canceled = canceled;
    return of;
}

struct Desk {
    Desk() {
        state.items.emplace("itm_p", package());
        state.items.emplace("itm_c", episode());
    }

    Result<Answer> run(const Command& command) {
        messages.clear();
        state.changed_orders.clear();
        state.changed_refunds.clear();
        state.changed_webhooks.clear();
        state.changed_items.clear();
        return decide(state, command, settings, now, messages);
    }
    Answer must(const Command& command) {
        auto result = run(command);
        REQUIRE(result);
        return *result;
    }
    Code code_of(const Command& command) {
        const auto result = run(command);
        if (!result) return result.error().code;
        REQUIRE(result->refusal);
        return result->refusal->code;
    }

    Order& order(const std::string& id = "ord_a") { return state.orders.at(id); }
    Refund& refund(const std::string& receipt = receipt_a) { return state.refunds.at(receipt); }
    Status status(const std::string& id = "ord_a") { return order(id).status; }

    /// The types of the messages of the last command.
    std::vector<std::string> told() const {
        std::vector<std::string> types;
        for (const auto& message : messages) types.push_back(message.type);
        return types;
    }

    void place(std::string id = "ord_a", std::string user = "kim", std::string item = "itm_p") {
        must(Place{wish(std::move(id), std::move(user), std::move(item)), {}});
    }
    Confirm heard(Stage stage, std::string receipt = receipt_a, std::string id = "ord_a") const {
        return {id, "kim", payment(std::move(receipt), id, stage)};
    }
    /// A paid order whose services are at work.
    void pay(std::string id = "ord_a", std::string receipt = receipt_a) {
        place(id);
        must(heard(Stage::paid, std::move(receipt), std::move(id)));
    }
    Answer points(point::Action action, bool refused = false, std::string id = "ord_a") {
        return must(PointReplied{{std::move(id), action, refused ? "WHY" : ""}, refused});
    }
    Answer item(order_item::Action action, bool refused = false, std::string id = "ord_a") {
        return must(OrderItemReplied{{std::move(id), action, refused ? "WHY" : ""}, refused});
    }
    void succeed(std::string id = "ord_a", std::string receipt = receipt_a) {
        pay(id, std::move(receipt));
        points(point::Action::credit, false, id);
        item(order_item::Action::save, false, id);
    }
    /// Past its due time, and woken.
    Answer wake(std::string id = "ord_a", bool asked = true) {
        if (const auto due = order(id).due_at; due && *due > now) now = *due;
        return must(Wake{std::move(id), asked});
    }

    State state;
    Settings settings;
    Time now = noon;
    std::vector<bus::Message> messages;
};

using Types = std::vector<std::string>;

}  // namespace pay::order::test
