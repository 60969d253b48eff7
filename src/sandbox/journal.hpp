#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/sql/sql.hpp"
#include "sandbox/billing.hpp"

namespace pay::sandbox {

/// Opens what SandboxOptions::db names: `sqlite:DIR` (then the file is DIR/sandbox.db) or a file
/// that ends in .db; nothing for an empty text. Throws std::runtime_error with one clear line.
std::unique_ptr<sql::Database> open_database(std::string_view db);

/// Writes receipts, billing keys and reservations to the database, all that wait in one
/// transaction, so that a commit to the disk is paid once for many calls. Without a database
/// nothing is written and nobody waits. While the disk refuses, it tries again and answers wait.
/// Any thread.
class Journal {
 public:
    /// Brings the database to its schema.
    explicit Journal(std::unique_ptr<sql::Database> database);
    ~Journal();  ///< close()
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// Everything written, each kind oldest first. Before the first append.
    struct Loaded {
        std::function<void(Receipt)> receipt;
        std::function<void(BillingKey)> key;
        std::function<void(Reservation)> reservation;
    };
    void load(const Loaded& each);

    // Call these in the order of the changes.
    void append(const Receipt& receipt);
    void append(const BillingKey& key);
    void append(const Reservation& reservation);
    void remove(const std::string& receipt_id);  ///< as if it had never been
    void clear();                                ///< forgets everything
    /// Runs `work` once all that was appended until now is on disk: at once, on this thread, if it
    /// is already, else on the journal's.
    void when_durable(std::move_only_function<void()> work);

    /// Writes what waits and ends the thread. What can still not be written is dropped, and its
    /// work with it.
    void close();

 private:
    struct State;
    std::unique_ptr<State> x_state;
};

}  // namespace pay::sandbox
