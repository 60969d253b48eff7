#include "core/sql/mysql_handle.hpp"

#include <errmsg.h>

#include <mutex>
#include <new>

#include "core/sql/mysql_statement.hpp"

namespace pay::sql {
namespace {

constexpr unsigned connect_seconds = 5;
constexpr unsigned answer_seconds = 30;
constexpr unsigned patient_seconds = 3600;

// Without this a false server could ask for the password as it is.
constexpr const char* passwords_not_sent =
    "mysql_native_password,caching_sha2_password,sha256_password,client_ed25519";

// What a server's configuration must not change: everything that cannot be stored as it is is an
// error, texts are compared byte by byte, and a lock is waited for shorter than a caller waits.
constexpr std::string_view settings =
    "SET NAMES utf8mb4 COLLATE utf8mb4_bin, SESSION autocommit = 1, "
    "SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,"
    "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', "
    "SESSION innodb_lock_wait_timeout = 5, SESSION lock_wait_timeout = 20, "
    "SESSION net_write_timeout = 600";
constexpr std::string_view writer_settings =
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE";
// A list of keys is counted, not tried out key by key in the index that it is looked up in anyway.
constexpr std::string_view writer_planning = "SET SESSION eq_range_index_dive_limit = 1";
// A process that is stopped in the middle of a transaction, by a debugger or a frozen machine, must
// not keep the rows it locked from the others for hours: the server ends its connection.
constexpr std::string_view writer_patience = "SET SESSION wait_timeout = 20";
constexpr std::string_view reader_settings =
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

MysqlHandle make_handle() {
    static std::once_flag once;
    std::call_once(once, [] { mysql_library_init(0, nullptr, nullptr); });
    MysqlHandle handle(mysql_init(nullptr));
    if (!handle) throw std::bad_alloc();
    return handle;
}

void set(MYSQL* handle, mysql_option option, unsigned value) {
    mysql_options(handle, option, &value);
}

void set_tls(MYSQL* handle, const MysqlServer& server) {
    if (server.tls == MysqlServer::Tls::none) return;
    const auto file = [&](mysql_option option, const std::string& name) {
        if (!name.empty()) mysql_options(handle, option, name.c_str());
    };
    const my_bool on = 1;
    const my_bool verify = server.tls == MysqlServer::Tls::verified ? 1 : 0;
    mysql_options(handle, MYSQL_OPT_SSL_ENFORCE, &on);
    mysql_options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
    file(MYSQL_OPT_SSL_CA, server.tls_ca);
    file(MYSQL_OPT_SSL_CERT, server.tls_cert);
    file(MYSQL_OPT_SSL_KEY, server.tls_key);
}

}  // namespace

bool takes_rows(MYSQL* handle) {
    constexpr unsigned long bulk = MARIADB_CLIENT_STMT_BULK_OPERATIONS >> 32;
    unsigned long extended = 0;
    mariadb_get_infov(handle, MARIADB_CONNECTION_EXTENDED_SERVER_CAPABILITIES, &extended);
    return (extended & bulk) != 0;
}

void send(MYSQL* handle, std::string_view statement) {
    if (mysql_real_query(handle, statement.data(), statement.size()) != 0) throw MysqlError(handle);
    if (mysql_field_count(handle) > 0) mysql_free_result(mysql_store_result(handle));
}

MysqlHandle connect_handle(
    const MysqlServer& server, const std::string& database, Mode mode, Patience patience
) {
    auto handle = make_handle();
    auto* mysql = handle.get();
    const unsigned seconds = patience == Patience::usual ? answer_seconds : patient_seconds;
    set(mysql, MYSQL_OPT_CONNECT_TIMEOUT, connect_seconds);
    set(mysql, MYSQL_OPT_READ_TIMEOUT, seconds);
    set(mysql, MYSQL_OPT_WRITE_TIMEOUT, seconds);
    set(mysql, MYSQL_OPT_PROTOCOL, MYSQL_PROTOCOL_TCP);
    set(mysql, MYSQL_OPT_LOCAL_INFILE, 0);
    mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    mysql_options(mysql, MARIADB_OPT_RESTRICTED_AUTH, passwords_not_sent);
    set_tls(mysql, server);
    const auto* connected = mysql_real_connect(
        mysql, server.host.c_str(), server.user.c_str(), server.password.c_str(),
        database.empty() ? nullptr : database.c_str(), server.port, nullptr, CLIENT_FOUND_ROWS
    );
    if (connected == nullptr) throw MysqlError(mysql);
    // The library goes on without TLS where the server has none, whatever it is told.
    if (server.tls != MysqlServer::Tls::none && mysql_get_ssl_cipher(mysql) == nullptr) {
        throw MysqlError(CR_SSL_CONNECTION_ERROR, "it does not speak TLS");
    }
    send(mysql, settings);
    send(mysql, mode == Mode::read_only ? reader_settings : writer_settings);
    if (mode == Mode::read_write) {
        send(mysql, writer_planning);
        send(mysql, writer_patience);
    }
    return handle;
}

}  // namespace pay::sql
