#pragma once

namespace pay::sql {

/// What an error of the server or of its client library means here.
enum class MysqlFault {
    key_taken,   ///< Conflict
    lock_lost,   ///< Conflict: a deadlock, or a lock that was waited for too long
    unusable,    ///< Outage: the server does not take this now
    lost,        ///< Outage, and the connection is of no more use
    unknown_db,  ///< Outage at a connection: see UnknownDatabase
    wrong        ///< Broken
};

MysqlFault fault_of(unsigned code);

}  // namespace pay::sql
