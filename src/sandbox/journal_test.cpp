#include "sandbox/journal.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <future>

#include "core/sql/forwarding.hpp"
#include "core/sql/scratch_folder.hpp"

using namespace pay;
using namespace pay::sandbox;

namespace {

/// A disk that refuses so many transactions, then none.
class FailingConnection final : public sql::Forwarding {
 public:
    FailingConnection(std::unique_ptr<sql::Connection> real, std::atomic<int>& failures)
        : Forwarding(std::move(real)), x_failures(failures) {}

    void begin() override {
        if (x_failures > 0) {
            --x_failures;
            throw Outage("the disk is full");
        }
        Forwarding::begin();
    }

 private:
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
    journal.load({
        .receipt = [&count](const Receipt&) { ++count; },
        .key = [&count](const BillingKey&) { ++count; },
        .reservation = [&count](const Reservation&) { ++count; },
    });
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
