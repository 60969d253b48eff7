#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/sql/scratch.hpp"
#include "order/service.hpp"
#include "order/store.hpp"

namespace pay::order::test {

/// A database for the tests of the store, which puts states into it and gets them back.
struct Shelf {
    Shelf() { sql::migrate(*connection, migrations_of(migrations())); }
    void put(State state) {
        for (const auto& [id, order] : state.orders) state.changed_orders.insert(id);
        for (const auto& [id, refund] : state.refunds) state.changed_refunds.insert(id);
        for (const auto& [key, webhook] : state.webhooks) state.changed_webhooks.insert(key);
        for (const auto& [id, one] : state.cancellations) state.changed_cancellations.insert(id);
        for (const auto& [id, item] : state.items) state.changed_items.insert(id);
        state.stored_receipts = receipts;
        sql::Transaction transaction(*connection);
        save(transaction, state);
        transaction.commit();
        for (const auto& [id, order] : state.orders) receipts[id] = order.receipt_id;
    }
    void put(Order order) {
        State state;
        state.orders.emplace(order.id, order);
        put(std::move(state));
    }
    State get(const std::vector<Command>& commands) {
        std::vector<const Command*> pointers;
        for (const auto& command : commands) pointers.push_back(&command);
        return load(*connection, pointers);
    }

    std::map<std::string, std::string, std::less<>> receipts;  ///< by order, as stored
    sql::Scratch scratch;
    std::unique_ptr<sql::Storage> storage = sql::open_storage(scratch.url());
    std::unique_ptr<sql::Database> database = storage->database("order");
    std::unique_ptr<sql::Connection> connection = database->connect(sql::Mode::read_write);
};

}  // namespace pay::order::test
