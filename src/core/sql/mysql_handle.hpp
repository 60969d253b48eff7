#pragma once

#include <mysql.h>

#include <memory>
#include <string>
#include <string_view>

#include "core/sql/mysql.hpp"

/// A connection of MariaDB's client library, set up; for this folder only. Throws MysqlError.
namespace pay::sql {

/// How long an answer of the server is waited for. A report or a migration may take its time.
enum class Patience { usual, long_work };

struct CloseMysql {
    void operator()(MYSQL* handle) const { mysql_close(handle); }
};
using MysqlHandle = std::unique_ptr<MYSQL, CloseMysql>;

MysqlHandle connect_handle(
    const MysqlServer& server, const std::string& database, Mode mode, Patience patience
);

/// Whether the server takes many rows of values for one statement: MariaDB does, MySQL does not.
bool takes_rows(MYSQL* handle);

/// Runs a statement that is not worth preparing, whose rows nobody wants.
void send(MYSQL* handle, std::string_view statement);

}  // namespace pay::sql
