#include "core/sql/mysql.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "core/sql/cases.hpp"
#include "core/sql/scratch.hpp"

using namespace pay;
using namespace pay::sql;

namespace {

void run_on_server(const std::vector<DatabaseCase>& cases) {
    if (!Scratch::on_server()) return;
    const Scratch scratch;
    int made = 0;
    const MakeStorage make_storage = [&] {
        return open_storage(scratch.url(std::to_string(++made)));
    };
    for (const auto& each : cases) {
        SUBCASE(std::string(each.name).c_str()) {
            each.run(make_storage);
        }
    }
}

}  // namespace

TEST_CASE("the server keeps what every database must keep") {
    run_on_server(database_cases());
}

TEST_CASE("the server keeps what is written in bulk") {
    run_on_server(bulk_cases());
}
