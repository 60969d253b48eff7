#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "core/embedded.hpp"
#include "core/sql/sql.hpp"

namespace pay::app {

/// A service's database as it stands at one time, to read only: while a server runs on it or when
/// none does. Throws std::runtime_error, with one clear line, if it is not there or has an older
/// schema than these migrations make.
class StillDatabase {
 public:
    StillDatabase(
        sql::Storage& storage, std::string_view service, const std::vector<EmbeddedFile>& migrations
    );
    sql::Connection& connection() { return *x_connection; }

 private:
    std::unique_ptr<sql::Database> x_database;
    std::unique_ptr<sql::Connection> x_connection;
    std::unique_ptr<sql::Transaction> x_transaction;
};

}  // namespace pay::app
