#pragma once

#include <array>
#include <condition_variable>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/bus/bus.hpp"
#include "core/embedded.hpp"
#include "core/result/result.hpp"
#include "core/sql/sql.hpp"
#include "core/time/clock.hpp"

/// A service for the tests of what stands below services: it counts under names.
namespace pay::test {

inline constexpr EmbeddedFile tally_schema[] = {
    {"0001_create_tally.sql",
     "CREATE TABLE tally (name VARCHAR(32) NOT NULL PRIMARY KEY, count BIGINT NOT NULL);"}
};
inline constexpr std::array<std::string_view, 2> tally_columns{"name", "count"};
inline constexpr sql::Table tally_table{"tally", tally_columns};

struct Add {
    std::string name;
    std::int64_t by = 1;  ///< 0 is refused
    bool throws = false;  ///< when it is saved
    bool tells = false;
    bool replies = false;
};

class Tally {
 public:
    using Command = Add;
    using Answer = std::int64_t;
    struct State {
        std::map<std::string, std::int64_t> counts;
        bool throws = false;
    };

    State load(sql::Connection& connection, std::span<const Command* const> commands) {
        if (on_load) on_load(commands.size());
        State state;
        for (const auto* command : commands) state.throws = state.throws || command->throws;
        connection.query("SELECT name, count FROM tally", {}, [&](const sql::Row& row) {
            state.counts.emplace(row.text(0), row.integer(1));
        });
        return state;
    }
    Result<Answer> decide(
        State& state, const Command& command, Time, std::vector<bus::Message>& messages
    ) {
        if (command.by == 0) return Error{Code::invalid, {}, {}, {}};
        if (command.tells) {
            messages.push_back({{}, "tally.events", command.name, "tally.added", "{}", {}, {}});
            messages.push_back({{}, "nobody.listens", command.name, "tally.added", "{}", {}, {}});
        }
        if (command.replies) {
            bus::Message reply{.topic = "tally.replies", .key = command.name, .type = "tally.done"};
            reply.reply = true;
            messages.push_back(std::move(reply));
        }
        return state.counts[command.name] += command.by;
    }
    void save(sql::Transaction& transaction, State& state) {
        if (state.throws) throw sql::Broken("this cannot be saved");
        sql::Rows rows;
        for (const auto& [name, count] : state.counts) rows.add(std::string_view{name}, count);
        sql::upsert(transaction, tally_table, rows);
    }
    void committed(const State&) {
        if (on_committed) on_committed();
    }

    std::function<void(std::size_t)> on_load;
    std::function<void()> on_committed;
};

/// A gate that holds a thread until it is opened, and tells that one has come.
class Gate {
 public:
    void pass() {
        std::unique_lock lock(x_mutex);
        ++x_came;
        x_changed.notify_all();
        x_changed.wait(lock, [this] { return x_open; });
    }
    void await_one() {
        std::unique_lock lock(x_mutex);
        x_changed.wait(lock, [this] { return x_came > 0; });
    }
    void open() {
        const std::lock_guard lock(x_mutex);
        x_open = true;
        x_changed.notify_all();
    }

 private:
    std::mutex x_mutex;
    std::condition_variable x_changed;
    int x_came = 0;
    bool x_open = false;
};

inline std::int64_t count_in(sql::Connection& connection, std::string_view table) {
    std::int64_t count = 0;
    connection.query("SELECT COUNT(*) FROM " + std::string(table), {}, [&](const sql::Row& row) {
        count = row.integer(0);
    });
    return count;
}

}  // namespace pay::test
