#include <utility>

#include "core/sql/mysql.hpp"

namespace pay::sql {
namespace {

constexpr std::string_view select_collation = "SELECT @@collation_database";

class MysqlDatabase final : public Database {
 public:
    MysqlDatabase(MysqlServer server, std::string name)
        : x_server(std::move(server)), x_name(std::move(name)) {}
    std::unique_ptr<Connection> connect(Mode mode) override {
        return connect_mysql(x_server, x_name, mode);
    }

 private:
    const MysqlServer x_server;
    const std::string x_name;
};

/// Tables take the database's collation: one that folds case would take two users for one.
void check_collation(Connection& connection, const std::string& name) {
    std::string collation;
    connection.query(select_collation, {}, [&](const Row& row) { collation = row.text(0); });
    if (collation.starts_with("utf8mb4_") && collation.ends_with("bin")) return;
    throw std::runtime_error(
        "the database " + name + " compares texts by " + collation +
        ": it needs CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
    );
}

class MysqlStorage final : public Storage {
 public:
    explicit MysqlStorage(MysqlServer server) : x_server(std::move(server)) {}

    std::unique_ptr<Database> database(std::string_view service) override {
        const auto name = name_of(service);
        try {
            check_collation(*connect_mysql(x_server, name, Mode::read_write), name);
        } catch (const UnknownDatabase&) {
            create(name);
        }
        return std::make_unique<MysqlDatabase>(x_server, name);
    }

    std::unique_ptr<Database> existing(std::string_view service) override {
        const auto name = name_of(service);
        try {
            check_collation(*connect_mysql(x_server, name, Mode::read_only), name);
        } catch (const UnknownDatabase&) {
            throw std::runtime_error(
                "there is no database " + name + " on " + x_server.address() +
                ", or the account may not read it: has a server run with this URL?"
            );
        }
        return std::make_unique<MysqlDatabase>(x_server, name);
    }

    bool has(std::string_view service) override {
        try {
            connect_mysql(x_server, name_of(service), Mode::read_only);
            return true;
        } catch (const UnknownDatabase&) {
            return false;
        }
    }

    void remove(std::string_view service) override {
        connect_mysql(x_server, "", Mode::read_write)
            ->run_script("DROP DATABASE `" + name_of(service) + "`");
    }

    void lock() override {}
    std::string directory() const override { return {}; }
    bool shared() const override { return true; }

 private:
    std::string name_of(std::string_view service) const {
        return x_server.prefix + "_" + std::string(service);
    }

    void create(const std::string& name) const {
        try {
            // The name is one of ours, of letters that need no escaping.
            connect_mysql(x_server, "", Mode::read_write)
                ->run_script(
                    "CREATE DATABASE IF NOT EXISTS `" + name +
                    "` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
                );
        } catch (const Broken&) {
            throw std::runtime_error(
                "there is no database " + name + " on " + x_server.address() +
                ", and the account may not create it: create it with CHARACTER SET utf8mb4 "
                "COLLATE utf8mb4_bin and grant the account all rights on it"
            );
        }
    }

    const MysqlServer x_server;
};

}  // namespace

std::unique_ptr<Storage> open_mysql_storage(std::string_view url) {
    return std::make_unique<MysqlStorage>(parse_mysql_url(url));
}

}  // namespace pay::sql
