#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/sql/sql.hpp"
#include "sandbox/types.hpp"

namespace pay::sandbox {

/// Opens what SandboxOptions::db names: `sqlite:DIR` (then the file is DIR/sandbox.db) or a file
/// that ends in .db; nothing for an empty text. Throws std::runtime_error with one clear line.
std::unique_ptr<sql::Database> open_database(std::string_view db);

/// Writes receipts to the database, all that wait in one transaction, so that a commit to the disk
/// is paid once for many calls. Without a database nothing is written and nobody waits. While the
/// disk refuses, it tries again and answers wait. Any thread.
class Journal {
 public:
    /// Brings the database to its schema.
    explicit Journal(std::unique_ptr<sql::Database> database);
    ~Journal();  ///< close()
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// Every receipt written, oldest first. Before the first append.
    void load(const std::function<void(Receipt)>& each);

    void append(const Receipt& receipt);  ///< call in the order of the changes
    void clear();                         ///< forgets every receipt
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
