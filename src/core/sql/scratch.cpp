#include "core/sql/scratch.hpp"

#include <cstdlib>
#include <iostream>
#include <random>
#include <vector>

#include "core/sql/mysql.hpp"

namespace pay::sql {
namespace {

constexpr std::string_view select_databases =
    "SELECT schema_name FROM information_schema.schemata WHERE left(schema_name, ?) = ?";

std::string server_url() {
    const char* url = std::getenv("PAYMENTS_TEST_MYSQL");
    return url == nullptr ? "" : url;
}

std::string random_prefix() {
    std::random_device random;
    return "t" + std::to_string(random()) + "_";
}

void drop_databases(const std::string& url, const std::string& prefix) {
    const auto server = connect_mysql(parse_mysql_url(url), "", Mode::read_write);
    std::vector<std::string> names;
    const Value length = static_cast<std::int64_t>(prefix.size());
    const auto values = {length, Value{std::string_view{prefix}}};
    server->query(select_databases, values, [&](const Row& row) {
        names.emplace_back(row.text(0));
    });
    for (const auto& name : names) server->run_script("DROP DATABASE `" + name + "`");
}

}  // namespace

Scratch::Scratch() : x_prefix(random_prefix()) {}

Scratch::~Scratch() {
    if (!on_server()) return;
    try {
        drop_databases(url(), x_prefix);
    } catch (const std::exception& error) {
        std::cerr << "databases of a test are left: " << error.what() << '\n';
    }
}

std::string Scratch::url(std::string_view name) const {
    if (!on_server()) return x_folder.url(std::string(name));
    return server_url() + "/" + x_prefix + std::string(name);
}

bool Scratch::on_server() {
    return !server_url().empty();
}

}  // namespace pay::sql
