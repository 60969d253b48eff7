#pragma once

#include <mysql.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/sql/sql.hpp"

/// One prepared statement of MariaDB's client library, and the row it stands at; for this folder
/// only.
namespace pay::sql {

/// What the server or the library said; `code` is theirs.
class MysqlError : public std::runtime_error {
 public:
    MysqlError(unsigned code, const std::string& text) : std::runtime_error(text), x_code(code) {}
    explicit MysqlError(MYSQL* handle) : MysqlError(mysql_errno(handle), mysql_error(handle)) {}
    /// Of a broken row the library tells the connection alone.
    explicit MysqlError(MYSQL_STMT* handle)
        : MysqlError(
              mysql_stmt_errno(handle) == 0 && handle->mysql != nullptr
                  ? MysqlError(handle->mysql)
                  : MysqlError(mysql_stmt_errno(handle), mysql_stmt_error(handle))
          ) {}
    unsigned code() const { return x_code; }

 private:
    unsigned x_code;
};

/// Throws MysqlError. May outlive its connection, and is then good for nothing but to be destroyed.
class MysqlStatement final : public Row {
 public:
    MysqlStatement(MYSQL* connection, std::string_view text);

    /// Broken if `values` are not as many as the placeholders.
    void execute(std::span<const Value> values);
    /// Once for each of `count` rows, by one message to a server that takes_rows(). A column's
    /// values are of one type, or NULL.
    void execute_rows(std::span<const Value> values, std::size_t count);
    std::int64_t affected() const;
    bool has_rows() const { return !x_cells.empty(); }

    /// Goes to the next row; false behind the last. The rows come from the server as they are asked
    /// for, and nothing else may be asked of the connection until all were, or store() or discard()
    /// was called.
    bool next();
    void store();  ///< takes the rows that are left into memory
    void discard() noexcept;

    bool null(int column) const override;
    std::int64_t integer(int column) const override;
    std::string_view text(int column) const override;

 private:
    struct Cell {
        bool is_integer = false;
        my_bool is_null = 0;
        my_bool truncated = 0;
        std::int64_t integer = 0;
        unsigned long length = 0;
        mutable std::string buffer{};  ///< of an integer: its digits, once text() was called
    };
    struct Close {
        void operator()(MYSQL_STMT* handle) const { mysql_stmt_close(handle); }
    };

    void make_cells();
    void bind_cells();
    void read_long_texts();
    const Cell& cell(int column) const { return x_cells.at(static_cast<std::size_t>(column)); }

    std::unique_ptr<MYSQL_STMT, Close> x_handle;
    std::vector<Cell> x_cells;  ///< of the row; none if the statement has no rows
    std::vector<MYSQL_BIND> x_columns;
    std::vector<MYSQL_BIND> x_parameters;
};

}  // namespace pay::sql
