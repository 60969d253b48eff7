#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/result/error.hpp"
#include "core/sql/sqlite.hpp"

namespace pay::sql {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& what, int error) {
    throw std::runtime_error(what + ": " + std::generic_category().message(error));
}

class File {
 public:
    explicit File(int descriptor) : x_descriptor(descriptor) {}
    ~File() {
        if (x_descriptor >= 0) ::close(x_descriptor);
    }
    File(File&& other) noexcept : x_descriptor(std::exchange(other.x_descriptor, -1)) {}
    File& operator=(File&& other) noexcept {
        std::swap(x_descriptor, other.x_descriptor);
        return *this;
    }
    int get() const { return x_descriptor; }

 private:
    int x_descriptor;
};

/// Money and people's purchases: the folder and the files are their owner's alone.
void make_folder(const fs::path& folder) {
    std::error_code error;
    if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), error);
    if (!error && ::mkdir(folder.c_str(), S_IRWXU) == 0) return;
    if (!error) error.assign(errno, std::generic_category());
    if (fs::is_directory(folder)) return;
    if (fs::exists(folder)) error = std::make_error_code(std::errc::not_a_directory);
    refuse("cannot make the folder " + folder.string(), error.value());
}

void make_file(const fs::path& file) {
    // Never open a database that is there: closing it again would drop the locks SQLite holds on it
    // for this process.
    const File made(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (made.get() < 0 && errno != EEXIST) refuse("cannot make " + file.string(), errno);
}

class SqliteDatabase final : public Database {
 public:
    SqliteDatabase(std::string file, bool writable)
        : x_file(std::move(file)), x_writable(writable) {}
    std::unique_ptr<Connection> connect(Mode mode) override {
        PAY_ASSERT(x_writable || mode == Mode::read_only);
        return connect_sqlite(x_file, mode);
    }

 private:
    const std::string x_file;
    const bool x_writable;
};

class SqliteStorage final : public Storage {
 public:
    explicit SqliteStorage(fs::path folder) : x_folder(std::move(folder)) {}

    std::unique_ptr<Database> database(std::string_view service) override {
        make_folder(x_folder);
        const auto path = file(service);
        make_file(path);
        connect_sqlite(path, Mode::read_write);  // so that readers find a database that is whole
        return std::make_unique<SqliteDatabase>(path, true);
    }

    std::unique_ptr<Database> existing(std::string_view service) override {
        const auto path = file(service);
        std::error_code error;
        if (!fs::is_regular_file(path, error)) {
            throw std::runtime_error(
                "there is no database " + path + ": has a server run with this folder?"
            );
        }
        return std::make_unique<SqliteDatabase>(path, false);
    }

    bool has(std::string_view service) override { return fs::exists(file(service)); }

    void remove(std::string_view service) override {
        for (const auto* ending : {"", "-wal", "-shm"}) fs::remove(file(service) + ending);
        std::error_code not_empty;
        fs::remove(x_folder, not_empty);
    }

    void lock() override {
        if (x_lock.get() >= 0) return;
        make_folder(x_folder);
        const auto path = (x_folder / "lock").string();
        File lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
        if (lock.get() < 0) refuse("cannot open " + path, errno);
        if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
            if (errno != EWOULDBLOCK) refuse("cannot lock " + path, errno);
            throw std::runtime_error(
                "the folder " + x_folder.string() + " is served by another process" + holder(lock) +
                ": stop it first or name another folder"
            );
        }
        write_holder(lock);
        x_lock = std::move(lock);
    }

    std::string directory() const override { return x_folder.string(); }
    bool shared() const override { return false; }

 private:
    std::string file(std::string_view service) const {
        return (x_folder / (std::string(service) + ".db")).string();
    }

    static std::string holder(const File& lock) {
        std::array<char, 32> pid{};
        const auto length = ::pread(lock.get(), pid.data(), pid.size() - 1, 0);
        if (length <= 0) return "";
        return " (pid " + std::string(pid.data(), std::strspn(pid.data(), "0123456789")) + ")";
    }

    /// The number serves the message only: a full disk must not keep a server from starting.
    static void write_holder(const File& lock) {
        const auto pid = std::to_string(::getpid()) + "\n";
        if (::ftruncate(lock.get(), 0) == 0) {
            [[maybe_unused]] const auto written = ::pwrite(lock.get(), pid.data(), pid.size(), 0);
        }
    }

    const fs::path x_folder;
    File x_lock{-1};
};

}  // namespace

std::unique_ptr<Storage> open_sqlite_storage(std::string_view directory) {
    auto folder = fs::path(directory).lexically_normal();
    if (!folder.has_filename() && folder.has_relative_path()) folder = folder.parent_path();
    return std::make_unique<SqliteStorage>(std::move(folder));
}

}  // namespace pay::sql
