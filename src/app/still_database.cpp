#include "app/still_database.hpp"

#include <stdexcept>
#include <string>

namespace pay::app {

StillDatabase::StillDatabase(
    sql::Storage& storage, std::string_view service, const std::vector<EmbeddedFile>& migrations
)
    : x_database(storage.existing(service)),
      x_connection(x_database->connect(sql::Mode::read_only)) {
    if (!sql::migrated(*x_connection, migrations)) {
        throw std::runtime_error(
            "the database of " + std::string(service) +
            " has an older schema: run `payments migrate`"
        );
    }
    x_transaction = std::make_unique<sql::Transaction>(*x_connection);
}

}  // namespace pay::app
