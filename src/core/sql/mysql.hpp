#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/sql/sql.hpp"

/// What MySQL and MariaDB add to sql.hpp; for this folder only.
namespace pay::sql {

/// A server and how to reach it.
struct MysqlServer {
    enum class Tls { none, required, verified };

    std::string host{};
    unsigned port = 3306;
    std::string user{};
    std::string password{};
    std::string prefix{};  ///< of the databases' names
    Tls tls = Tls::none;
    std::string tls_ca{};  ///< files; empty: the system's authorities, no certificate of our own
    std::string tls_cert{};
    std::string tls_key{};

    std::string address() const;  ///< host:port
};

/// Reads `mysql://user:password@host:port/PREFIX?tls=required|verify&tls-ca=FILE&tls-cert=FILE&
/// tls-key=FILE`. Throws std::runtime_error with a clear line that never repeats the URL.
MysqlServer parse_mysql_url(std::string_view url);

/// The server has no database of that name, or hides it from the account.
class UnknownDatabase : public Outage {
 public:
    using Outage::Outage;
};

/// Connects to `database`, or to none if it is empty. Throws Outage with a text for an operator. A
/// connection that is lost says so once, and is made anew by what is asked of it next, unless that
/// belongs to the transaction that was lost with it.
std::unique_ptr<Connection> connect_mysql(
    const MysqlServer& server, const std::string& database, Mode mode
);

std::unique_ptr<Storage> open_mysql_storage(std::string_view url);

}  // namespace pay::sql
