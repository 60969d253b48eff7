#include "core/runtime/readers.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <future>

#include "core/sql/scratch.hpp"

using namespace pay;

namespace {

struct Library {
    Library() : storage(sql::open_storage(scratch.url())), database(storage->database("books")) {
        database->connect(sql::Mode::read_write);  // makes it
    }

    sql::Scratch scratch;
    std::unique_ptr<sql::Storage> storage;
    std::unique_ptr<sql::Database> database;
};

const auto never = [] { FAIL_CHECK("refused"); };

}  // namespace

TEST_CASE("a slow look-up does not hold up those behind it") {
    Library library;
    Readers readers(*library.database, 2);
    struct Round {
        std::promise<void> begun;
        std::promise<void> go_on;
        std::promise<void> quick;
    };
    for (int number = 0; number < 50; ++number) {
        // Shared, for the slow one may begin only when this round is over.
        const auto round = std::make_shared<Round>();
        readers.run(
            [round](sql::Connection&) {
                round->begun.set_value();
                round->go_on.get_future().wait();
            },
            never
        );
        if (number % 2 == 0) round->begun.get_future().wait();
        readers.run([round](sql::Connection&) { round->quick.set_value(); }, never);
        round->quick.get_future().wait();
        round->go_on.set_value();
    }
}

TEST_CASE("all that is asked for from many threads is done") {
    Library library;
    std::atomic<int> done{0};
    {
        Readers readers(*library.database, 2);
        std::vector<std::future<void>> askers;
        for (int asker = 0; asker < 4; ++asker) {
            askers.push_back(std::async(std::launch::async, [&] {
                for (int i = 0; i < 500; ++i) {
                    readers.run([&](sql::Connection&) { ++done; }, never);
                }
            }));
        }
        for (auto& asker : askers) asker.wait();
    }
    CHECK(done == 2000);
}

TEST_CASE("what cannot be done is refused") {
    Library library;
    int refused = 0;
    Readers readers(*library.database, 1, 1);
    std::promise<void> begun;
    std::promise<void> go_on;
    readers.run(
        [&](sql::Connection&) {
            begun.set_value();
            go_on.get_future().wait();
        },
        never
    );
    begun.get_future().wait();
    readers.run([](sql::Connection&) {}, never);  // waits, and fills the queue
    readers.run([](sql::Connection&) { FAIL_CHECK("run"); }, [&] { ++refused; });
    CHECK(refused == 1);
    go_on.set_value();
    readers.stop();
    readers.run([](sql::Connection&) { FAIL_CHECK("run"); }, [&] { ++refused; });
    CHECK(refused == 2);
}
