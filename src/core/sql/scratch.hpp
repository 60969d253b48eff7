#pragma once

#include <string>
#include <string_view>

#include "core/sql/scratch_folder.hpp"

namespace pay::sql {

/// The storage of one test, cleared away with all that is in it: SQLite files, or databases on the
/// server that the environment variable PAYMENTS_TEST_MYSQL names (mysql://root@127.0.0.1:13306).
class Scratch {
 public:
    Scratch();
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    /// Of a storage of its own for each name, which is not made yet.
    std::string url(std::string_view name = "db") const;
    static bool on_server();

 private:
    const ScratchFolder x_folder;
    const std::string x_prefix;  ///< of the databases on the server, random
};

}  // namespace pay::sql
