#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "core/sql/scratch_folder.hpp"
#include "core/sql/sql.hpp"

using namespace pay;
using namespace pay::sql;

namespace {

/// A child that runs `work`, says so by one byte and stays until it is killed.
class Child {
 public:
    explicit Child(const std::function<void()>& work) {
        std::array<int, 2> ends{};
        REQUIRE(::pipe(ends.data()) == 0);
        x_pid = ::fork();
        REQUIRE(x_pid >= 0);
        if (x_pid == 0) stay_after(work, ends[1]);
        ::close(ends[1]);
        char ready = 'n';
        if (::read(ends[0], &ready, 1) != 1) ready = 'n';
        ::close(ends[0]);
        x_ready = ready == 'y';
    }
    ~Child() { kill(); }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    bool ready() const { return x_ready; }
    pid_t pid() const { return x_pid; }
    void kill() {
        if (x_pid <= 0) return;
        ::kill(x_pid, SIGKILL);
        ::waitpid(x_pid, nullptr, 0);
        x_pid = 0;
    }

 private:
    [[noreturn]] static void stay_after(const std::function<void()>& work, int end) {
        char ready = 'y';
        try {
            work();
        } catch (...) {
            ready = 'n';
        }
        if (::write(end, &ready, 1) != 1) ::_exit(1);
        while (true) ::pause();
    }

    pid_t x_pid = 0;
    bool x_ready = false;
};

/// Runs `work` in a child that file permissions bind, also if this process is root; returns what it
/// threw.
std::string thrown_without_rights(const std::function<void()>& work) {
    constexpr unsigned nobody = 65534;
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        std::string text = "nothing";
        if (::geteuid() == 0 && (::setgid(nobody) != 0 || ::setuid(nobody) != 0)) ::_exit(1);
        try {
            work();
        } catch (const std::exception& error) {
            text = error.what();
        }
        ::_exit(::write(ends[1], text.data(), text.size()) < 0 ? 1 : 0);
    }
    ::close(ends[1]);
    std::array<char, 1000> text{};
    const auto length = ::read(ends[0], text.data(), text.size());
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0))};
}

void put_one_row(const std::string& url) {
    const auto database = open_storage(url)->database("order");
    database->connect(Mode::read_write)
        ->run_script("CREATE TABLE a (id BIGINT); INSERT INTO a VALUES (7)");
}

std::int64_t read_row(Database& database) {
    std::int64_t value = 0;
    database.connect(Mode::read_only)->query("SELECT id FROM a", {}, [&](const Row& row) {
        value = row.integer(0);
    });
    return value;
}

unsigned permissions(const std::filesystem::path& path) {
    struct stat status{};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 0777U;
}

}  // namespace

TEST_CASE("a URL that names no storage is refused without being repeated") {
    for (const auto* url : {"", "sqlite", "sqlite:", "sqlite://data", "db", "pg://u:secret@h/x"}) {
        CHECK_THROWS_WITH_AS(
            open_storage(url), doctest::Contains("write sqlite:DIR"), std::runtime_error
        );
    }
}

TEST_CASE("the folder and its files are made, for their owner alone") {
    const ScratchFolder folder;
    const auto storage = open_storage(folder.url("deep/er/"));
    CHECK(storage->directory() == (folder.path() / "deep" / "er").string());
    const auto database = storage->database("order_item");
    const auto connection = database->connect(Mode::read_write);
    connection->execute("CREATE TABLE a (id BIGINT)");
    storage->lock();
    CHECK(permissions(folder.path() / "deep/er") == 0700);
    CHECK(permissions(folder.path() / "deep/er/order_item.db") == 0600);
    CHECK(permissions(folder.path() / "deep/er/order_item.db-wal") == 0600);
    CHECK(permissions(folder.path() / "deep/er/lock") == 0600);
}

TEST_CASE("a database that is there is read, one that is not is not made") {
    const ScratchFolder folder;
    const auto storage = open_storage(folder.url());
    CHECK_THROWS_WITH_AS(
        storage->existing("order"), doctest::Contains("there is no database"), std::runtime_error
    );
    CHECK_FALSE(std::filesystem::exists(folder.path() / "db"));
    put_one_row(folder.url());
    CHECK(read_row(*storage->existing("order")) == 7);
    CHECK_THROWS_AS(storage->existing("point"), std::runtime_error);
}

TEST_CASE("a tool reads while another process serves, and after that was killed") {
    const ScratchFolder folder;
    std::unique_ptr<Storage> storage;
    std::unique_ptr<Database> database;
    std::unique_ptr<Connection> connection;
    Child server([&] {
        put_one_row(folder.url());
        storage = open_storage(folder.url());
        database = storage->database("order");
        connection = database->connect(Mode::read_write);
        connection->begin();
        connection->execute("UPDATE a SET id = 8");
    });
    REQUIRE(server.ready());
    const auto existing = open_storage(folder.url())->existing("order");
    CHECK(read_row(*existing) == 7);
    server.kill();
    CHECK(read_row(*existing) == 7);
}

TEST_CASE("one process holds the lock of a folder, until it goes in any way") {
    const ScratchFolder folder;
    const auto storage = open_storage(folder.url());
    {
        std::unique_ptr<Storage> held;
        Child server([&] {
            held = open_storage(folder.url());
            held->lock();
        });
        REQUIRE(server.ready());
        const auto pid = "(pid " + std::to_string(server.pid()) + ")";
        CHECK_THROWS_WITH_AS(storage->lock(), doctest::Contains(pid.c_str()), std::runtime_error);
        CHECK_THROWS_WITH_AS(
            storage->lock(), doctest::Contains((folder.path() / "db").c_str()), std::runtime_error
        );
        server.kill();
    }
    storage->lock();
    storage->lock();
    {
        const auto second = open_storage(folder.url());
        CHECK_THROWS_AS(second->lock(), std::runtime_error);
    }
    auto third = open_storage(folder.url("other"));
    third->lock();
    third.reset();
    CHECK_NOTHROW(open_storage(folder.url("other"))->lock());
}

TEST_CASE("a folder that cannot be made or written is named with its cause") {
    const ScratchFolder folder;
    std::ofstream(folder.path() / "file") << "no folder";
    const auto storage = open_storage(folder.url("file"));
    CHECK_THROWS_WITH(storage->database("order"), doctest::Contains("Not a directory"));
    CHECK_THROWS_WITH(storage->lock(), doctest::Contains("Not a directory"));
    CHECK_THROWS_WITH(
        open_storage(folder.url("file/below"))->lock(), doctest::Contains("cannot make the folder")
    );
}

TEST_CASE("a folder without the right to write is an error with clear words") {
    const ScratchFolder folder;
    put_one_row(folder.url());
    ::chmod(folder.path().c_str(), 0755);
    ::chmod((folder.path() / "db").c_str(), 0555);
    ::chmod((folder.path() / "db/order.db").c_str(), 0444);
    const auto storage = open_storage(folder.url());
    const auto refused_for = [](const char* reason, const std::function<void()>& work) {
        const auto text = thrown_without_rights(work);
        CAPTURE(text);
        CHECK(text.contains(reason));
    };
    refused_for("needs a folder it may write to", [&] { storage->database("order"); });
    refused_for("Permission denied", [&] { storage->database("point"); });
    refused_for("Permission denied", [&] { storage->lock(); });
    refused_for("needs a folder", [&] { read_row(*storage->existing("order")); });
    ::chmod((folder.path() / "db").c_str(), 0755);
}
