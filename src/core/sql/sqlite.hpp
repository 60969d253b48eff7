#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/sql/sql.hpp"

/// What SQLite adds to sql.hpp; for this folder only.
namespace pay::sql {

/// Opens `file`; read_write makes it if it is not there. Throws Outage with a text for an operator.
std::unique_ptr<Connection> connect_sqlite(const std::string& file, Mode mode);

/// Files `directory/<service>.db` and `directory/lock`.
std::unique_ptr<Storage> open_sqlite_storage(std::string_view directory);

}  // namespace pay::sql
