#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/bus/bus.hpp"
#include "core/embedded.hpp"
#include "core/json/names.hpp"
#include "core/json/write.hpp"
#include "core/sql/sql.hpp"

/// The inbox of a service that carries out commands of orders. It is keyed by what a command means
/// (this order, this action), not by the message that brought it: the bus may deliver twice and the
/// order may ask again in a new message, and both have the effect once and get the first answer
/// again. Written in the transaction of the effect. Used inside the writer's load, decide and save.
namespace pay::inbox {

extern const std::span<const EmbeddedFile> schema;

/// What was answered to an action of an order.
struct Given {
    std::string code{};  ///< empty: done; else why it was refused
    Time at{};
    bool fresh = false;  ///< by this batch
};

template <class Action>
using Answers = std::map<std::pair<std::string, Action>, Given>;

/// One answer as the table has it; for the templates below.
struct Entry {
    std::string_view order_id;
    std::string_view action;
    std::string_view code;
    Time at{};
};
void load(
    sql::Connection& connection, std::span<const std::string_view> order_ids,
    const std::function<void(const Entry&)>& on_entry
);
void save(sql::Transaction& transaction, std::span<const Entry> entries);

template <class Action>
Answers<Action> load(sql::Connection& connection, std::span<const std::string_view> order_ids) {
    Answers<Action> answers;
    load(connection, order_ids, [&](const Entry& entry) {
        answers.insert_or_assign(
            {std::string(entry.order_id), json::named<Action>(entry.action)},
            Given{std::string(entry.code), entry.at, false}
        );
    });
    return answers;
}

template <class Action>
void save(sql::Transaction& transaction, const Answers<Action>& answers) {
    std::vector<Entry> entries;
    for (const auto& [key, given] : answers) {
        if (!given.fresh) continue;
        entries.push_back({key.first, json::name_of(key.second), given.code, given.at});
    }
    save(transaction, entries);
}

template <class Action>
bool was_given(const Answers<Action>& answers, const std::string& order_id, Action action) {
    return answers.contains({order_id, action});
}

template <class Action>
void give(
    Answers<Action>& answers, const std::string& order_id, Action action, std::string_view code,
    Time now
) {
    answers.emplace(std::pair{order_id, action}, Given{std::string(code), now, true});
}

/// How a service answers: where, and under which names.
struct ReplyTypes {
    std::string_view topic;
    std::string_view done;
    std::string_view refused;
};

/// The answer to an order's action; it is the same each time.
template <class Reply, class Action>
bus::Message reply(
    const Answers<Action>& answers, const ReplyTypes& types, const std::string& order_id,
    Action action
) {
    const auto& given = answers.at({order_id, action});
    bus::Message message;
    message.topic = types.topic;
    message.key = order_id;
    message.type = given.code.empty() ? types.done : types.refused;
    message.payload =
        json::to_text(Reply{.order_id = order_id, .action = action, .code = given.code});
    message.reply = true;
    return message;
}

}  // namespace pay::inbox
