#pragma once

#include <memory>
#include <utility>

#include "core/sql/sql.hpp"

namespace pay::sql {

/// A connection that hands everything on to a real one, for tests that change one thing of it.
class Forwarding : public Connection {
 public:
    explicit Forwarding(std::unique_ptr<Connection> real) : x_real(std::move(real)) {}

    std::int64_t execute(std::string_view statement, std::span<const Value> values) override {
        return x_real->execute(statement, values);
    }
    bool execute_rows(std::string_view statement, std::span<const Value> values, std::size_t count)
        override {
        return x_real->execute_rows(statement, values, count);
    }
    void query(std::string_view statement, std::span<const Value> values, const OnRow& on_row)
        override {
        x_real->query(statement, values, on_row);
    }
    void begin() override { x_real->begin(); }
    void commit() override { x_real->commit(); }
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
    std::string force_index(std::string_view index) const override {
        return x_real->force_index(index);
    }
    std::string delete_statement(std::string_view table, std::string_view key, std::size_t count)
        const override {
        return x_real->delete_statement(table, key, count);
    }
    SchemaSteps* schema_steps() override { return x_real->schema_steps(); }

 protected:
    Connection& real() { return *x_real; }

 private:
    std::unique_ptr<Connection> x_real;
};

}  // namespace pay::sql
