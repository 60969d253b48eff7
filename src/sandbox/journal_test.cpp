#include "sandbox/journal.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <future>

#include "core/sql/scratch_folder.hpp"

using namespace pay;
using namespace pay::sandbox;

namespace {

/// A disk that refuses so many transactions, then none.
class FailingConnection final : public sql::Connection {
 public:
    FailingConnection(std::unique_ptr<sql::Connection> real, std::atomic<int>& failures)
        : x_real(std::move(real)), x_failures(failures) {}

    std::int64_t execute(std::string_view statement, std::span<const sql::Value> values) override {
        return x_real->execute(statement, values);
    }
    void query(
        std::string_view statement, std::span<const sql::Value> values, const sql::OnRow& on_row
    ) override {
        x_real->query(statement, values, on_row);
    }
    void begin() override {
        if (x_failures > 0) {
            --x_failures;
            throw Outage("the disk is full");
        }
        x_real->begin();
    }
    void commit() override { x_real->commit(); }
    void rollback() noexcept override { x_real->rollback(); }
    std::string on_duplicate_key_update(
        std::span<const std::string_view> key, std::span<const std::string_view> columns
    ) const override {
        return x_real->on_duplicate_key_update(key, columns);
    }
    std::string_view for_update() const override { return x_real->for_update(); }
    std::size_t bind_limit() const override { return x_real->bind_limit(); }
    std::string_view dialect() const override { return x_real->dialect(); }
    bool has_table(std::string_view name) override { return x_real->has_table(name); }
    void run_script(std::string_view script) override { x_real->run_script(script); }

 private:
    std::unique_ptr<sql::Connection> x_real;
    std::atomic<int>& x_failures;
};

class FailingDatabase final : public sql::Database {
 public:
    FailingDatabase(std::unique_ptr<sql::Database> real, std::atomic<int>& failures)
        : x_real(std::move(real)), x_failures(failures) {}
    std::unique_ptr<sql::Connection> connect(sql::Mode mode) override {
        return std::make_unique<FailingConnection>(x_real->connect(mode), x_failures);
    }

 private:
    std::unique_ptr<sql::Database> x_real;
    std::atomic<int>& x_failures;
};

Receipt receipt_of(std::int64_t number) {
    Receipt receipt;
    receipt.number = number;
    receipt.receipt_id = "r" + std::to_string(number);
    return receipt;
}

int stored(const sql::ScratchFolder& folder) {
    Journal journal(open_database(folder.url()));
    int count = 0;
    journal.load([&count](const Receipt&) { ++count; });
    return count;
}

}  // namespace

TEST_CASE("while the disk refuses, answers wait, and then what waited is written") {
    const sql::ScratchFolder folder;
    std::atomic<int> failures = 0;
    {
        Journal journal(std::make_unique<FailingDatabase>(open_database(folder.url()), failures));
        failures = 2;
        std::promise<void> durable;
        journal.append(receipt_of(1));
        journal.when_durable([&durable] { durable.set_value(); });
        durable.get_future().wait();
        CHECK(failures == 0);
    }
    CHECK(stored(folder) == 1);
}

TEST_CASE("what a closing journal cannot write is answered by nobody") {
    const sql::ScratchFolder folder;
    std::atomic<int> failures = 0;
    {
        Journal journal(std::make_unique<FailingDatabase>(open_database(folder.url()), failures));
        failures = 1'000'000;
        journal.append(receipt_of(1));
        journal.when_durable([] { FAIL("told of what is not on disk"); });
        journal.close();
    }
    CHECK(stored(folder) == 0);
}

TEST_CASE("without a database, and with nothing to write, nobody waits") {
    const sql::ScratchFolder folder;
    for (const std::string& db : {std::string(), folder.url()}) {
        Journal journal(open_database(db));
        bool told = false;
        journal.when_durable([&told] { told = true; });
        CHECK(told);
    }
}
