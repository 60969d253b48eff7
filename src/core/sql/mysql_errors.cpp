#include "core/sql/mysql_errors.hpp"

#include <algorithm>
#include <array>

namespace pay::sql {
namespace {

// By their numbers, which both servers document: of some either header knows no name.
constexpr std::array key_taken{
    1022U,  // ER_DUP_KEY
    1062U,  // ER_DUP_ENTRY
    1169U,  // ER_DUP_UNIQUE
    1586U,  // ER_DUP_ENTRY_WITH_KEY_NAME
};
constexpr std::array lock_lost{
    1020U,  // ER_CHECKREAD: MariaDB, the row changed since the snapshot
    1205U,  // ER_LOCK_WAIT_TIMEOUT
    1213U,  // ER_LOCK_DEADLOCK
    1412U,  // ER_TABLE_DEF_CHANGED: a migration ran since the transaction began
    1615U,  // ER_NEED_REPREPARE: a migration ran just now
    1689U,  // ER_LOCK_ABORTED
    3058U,  // ER_USER_LOCK_DEADLOCK
};
constexpr std::array unusable{
    1003U,  // ER_ERROR_ON_WRITE … 1030: the disk is full, or fails
    1021U, 1026U, 1030U,
    1034U,  // ER_NOT_KEYFILE
    1036U,  // ER_OPEN_AS_READONLY
    1037U,  // ER_OUTOFMEMORY and its kin
    1038U, 1041U,
    1047U,  // ER_UNKNOWN_COM_ERROR: Galera, the node is not ready
    1114U,  // ER_RECORD_FILE_FULL
    1180U,  // ER_ERROR_DURING_COMMIT
    1194U,  // ER_CRASHED_ON_USAGE
    1195U,
    1206U,  // ER_LOCK_TABLE_FULL
    1226U,  // ER_USER_LIMIT_REACHED
    1290U,  // ER_OPTION_PREVENTS_STATEMENT: read_only
    1317U,  // ER_QUERY_INTERRUPTED
    1461U,  // ER_MAX_PREPARED_STMT_COUNT_REACHED
    1637U,  // ER_TOO_MANY_CONCURRENT_TRXS
    1836U,  // ER_READ_ONLY_MODE
    1874U,  // ER_INNODB_READ_ONLY
    1875U,
    1969U,  // ER_STATEMENT_TIMEOUT: MariaDB
    3024U,  // ER_QUERY_TIMEOUT: MySQL
    3100U,  // ER_RUN_HOOK_ERROR: group replication refuses the commit
    3101U,  // ER_TRANSACTION_ROLLBACK_DURING_COMMIT
};
constexpr std::array lost{
    1040U,  // ER_CON_COUNT_ERROR
    1042U,  // ER_BAD_HOST_ERROR
    1043U,  // ER_HANDSHAKE_ERROR
    1053U,  // ER_SERVER_SHUTDOWN
    1077U,  // ER_NORMAL_SHUTDOWN
    1079U,  // ER_SHUTDOWN_COMPLETE
    1129U,  // ER_HOST_IS_BLOCKED
    1152U,  // ER_ABORTING_CONNECTION
    1158U,  // ER_NET_READ_ERROR … ER_NET_WRITE_INTERRUPTED
    1159U, 1160U, 1161U,
    1184U,  // ER_NEW_ABORTING_CONNECTION
    1203U,  // ER_TOO_MANY_USER_CONNECTIONS
    1243U,  // ER_UNKNOWN_STMT_HANDLER: another server took over behind the address
    1927U,  // ER_CONNECTION_KILLED: MariaDB
    3032U,  // ER_SERVER_OFFLINE_MODE
    3169U,  // ER_SESSION_WAS_KILLED
    4031U,  // ER_CLIENT_INTERACTION_TIMEOUT
};
constexpr std::array misuse{
    2014U,  // CR_COMMANDS_OUT_OF_SYNC
    2020U,  // CR_NET_PACKET_TOO_LARGE
    2030U,  // CR_NO_PREPARE_STMT
    2031U,  // CR_PARAMS_NOT_BOUND
    2034U,  // CR_INVALID_PARAMETER_NO
    2036U,  // CR_UNSUPPORTED_PARAM_TYPE
};
constexpr std::array unknown_db{
    1044U,  // ER_DBACCESS_DENIED_ERROR
    1049U,  // ER_BAD_DB_ERROR
};

}  // namespace

MysqlFault fault_of(unsigned code) {
    const auto is_in = [code](const auto& codes) {
        return std::ranges::find(codes, code) != codes.end();
    };
    if (is_in(misuse)) return MysqlFault::wrong;
    // The client's own errors begin at 2000 and 5000: no server, a broken line, a bad certificate.
    if ((code >= 2000 && code < 3000) || (code >= 5000 && code < 6000)) return MysqlFault::lost;
    if (is_in(key_taken)) return MysqlFault::key_taken;
    if (is_in(lock_lost)) return MysqlFault::lock_lost;
    if (is_in(unusable)) return MysqlFault::unusable;
    if (is_in(lost)) return MysqlFault::lost;
    if (is_in(unknown_db)) return MysqlFault::unknown_db;
    return MysqlFault::wrong;
}

}  // namespace pay::sql
