#pragma once

#include <atomic>
#include <memory>

#include "core/sql/sql.hpp"

namespace pay::test {

/// What a Failing connection's next commits come to.
enum class Commits { pass, fail, are_unconfirmed };  ///< unconfirmed: stored, and an Outage

/// A connection whose commits meet an Outage for as long as the switch says so.
class Failing final : public sql::Connection {
 public:
    Failing(std::unique_ptr<sql::Connection> real, std::shared_ptr<std::atomic<Commits>> commits)
        : x_real(std::move(real)), x_commits(std::move(commits)) {}

    std::int64_t execute(std::string_view statement, std::span<const sql::Value> values) override {
        return x_real->execute(statement, values);
    }
    void query(
        std::string_view statement, std::span<const sql::Value> values, const sql::OnRow& on_row
    ) override {
        x_real->query(statement, values, on_row);
    }
    void begin() override { x_real->begin(); }
    void commit() override {
        if (*x_commits == Commits::fail) throw Outage("the disk is full");
        x_real->commit();
        if (*x_commits == Commits::are_unconfirmed) throw Outage("stored or not");
    }
    void rollback() noexcept override { x_real->rollback(); }
    std::string on_duplicate_key_update(
        std::span<const std::string_view> key, std::span<const std::string_view> columns
    ) const override {
        return x_real->on_duplicate_key_update(key, columns);
    }
    std::string_view for_update() const override { return x_real->for_update(); }
    std::size_t bind_limit() const override { return x_real->bind_limit(); }
    std::string_view dialect() const override { return x_real->dialect(); }
    bool has_table(std::string_view name) override { return x_real->has_table(name); }
    void run_script(std::string_view script) override { x_real->run_script(script); }

 private:
    std::unique_ptr<sql::Connection> x_real;
    std::shared_ptr<std::atomic<Commits>> x_commits;
};

}  // namespace pay::test
