#include "core/sql/mysql.hpp"
#include "core/sql/sql.hpp"
#include "core/sql/sqlite.hpp"

namespace pay::sql {

std::unique_ptr<Storage> open_storage(std::string_view url) {
    constexpr std::string_view sqlite = "sqlite:";
    if (url.starts_with("mysql:")) return open_mysql_storage(url);
    // The URL is not repeated in the message: one of another kind may hold a password.
    if (!url.starts_with(sqlite)) {
        throw std::runtime_error(
            "the storage URL is not understood: write sqlite:DIR or "
            "mysql://USER:PASSWORD@HOST:PORT/PREFIX"
        );
    }
    const auto directory = url.substr(sqlite.size());
    if (directory.empty() || directory.starts_with("//")) {
        throw std::runtime_error(
            "the storage URL names no folder: write sqlite:DIR, without slashes before DIR unless "
            "it is an absolute path"
        );
    }
    return open_sqlite_storage(directory);
}

}  // namespace pay::sql
