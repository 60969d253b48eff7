#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>
#include <string>

#include "core/sql/cases.hpp"

namespace pay::sql {
namespace {

constexpr std::size_t row_counts[] = {0, 1, 3, 700, 5000};

/// `id00000`, `id00001`, …: sorted as they are.
std::vector<std::string> make_ids(std::size_t count) {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < count; ++i) {
        const auto number = std::to_string(i);
        ids.push_back("id" + std::string(5 - number.size(), '0') + number);
    }
    return ids;
}

Rows make_rows(const std::vector<std::string>& ids, std::int64_t amount, std::string_view note) {
    Rows rows;
    for (const auto& id : ids) rows.add(id, amount, note);
    return rows;
}

std::int64_t sum(Connection& connection) {
    std::int64_t total = 0;
    connection.query("SELECT coalesce(sum(amount), 0) FROM thing", {}, [&](const Row& row) {
        total = row.integer(0);
    });
    return total;
}

void inserts_any_number(const MakeStorage& make_storage) {
    const Things things(make_storage);
    for (const auto count : row_counts) {
        const auto ids = make_ids(count);
        Transaction transaction(*things.connection);
        insert(transaction, thing, make_rows(ids, 3, "첫 글"));
        CHECK(things.ids() == ids);
        CHECK(sum(*things.connection) == 3 * static_cast<std::int64_t>(count));
    }
}

/// As a server that takes one row of values for a statement, which MySQL is.
class RowByRow final : public Connection {
 public:
    explicit RowByRow(Connection& real) : x_real(real) {}
    std::int64_t execute(std::string_view statement, std::span<const Value> values) override {
        return x_real.execute(statement, values);
    }
    void query(std::string_view text, std::span<const Value> values, const OnRow& on_row) override {
        x_real.query(text, values, on_row);
    }
    void begin() override { x_real.begin(); }
    void commit() override { x_real.commit(); }
    void rollback() noexcept override { x_real.rollback(); }
    std::string on_duplicate_key_update(
        std::span<const std::string_view> key, std::span<const std::string_view> columns
    ) const override {
        return x_real.on_duplicate_key_update(key, columns);
    }
    std::string_view for_update() const override { return x_real.for_update(); }
    std::size_t bind_limit() const override { return x_real.bind_limit(); }
    std::string_view dialect() const override { return x_real.dialect(); }
    bool has_table(std::string_view name) override { return x_real.has_table(name); }
    void run_script(std::string_view script) override { x_real.run_script(script); }

 private:
    Connection& x_real;
};

void writes_any_number_without_bulk(const MakeStorage& make_storage) {
    const Things things(make_storage);
    RowByRow connection(*things.connection);
    for (const auto count : row_counts) {
        const auto ids = make_ids(count);
        Transaction transaction(connection);
        insert(transaction, thing, make_rows(ids, 3, "old"));
        upsert(transaction, thing, make_rows(ids, 2, "new"));
        CHECK(things.ids() == ids);
        CHECK(sum(connection) == 2 * static_cast<std::int64_t>(count));
    }
}

void rows_may_hold_nothing(const MakeStorage& make_storage) {
    const Things things(make_storage);
    auto& connection = *things.connection;
    Transaction transaction(connection);
    Rows rows;
    rows.add("a", nullptr, nullptr);
    rows.add("b", std::int64_t{2}, "");
    rows.add("c", nullptr, std::string_view{});
    rows.add("d", std::numeric_limits<std::int64_t>::min(), "글");
    insert(transaction, thing, rows);
    std::string found;
    connection.query("SELECT id, amount, note FROM thing ORDER BY id", {}, [&](const Row& row) {
        found.append(row.text(0)).append(row.null(1) ? " -" : " " + std::to_string(row.integer(1)));
        found.append(row.null(2) ? " -\n" : " '" + std::string(row.text(2)) + "'\n");
    });
    CHECK(found == "a - -\nb 2 ''\nc - ''\nd -9223372036854775808 '글'\n");
}

void upserts_any_number(const MakeStorage& make_storage) {
    const Things things(make_storage);
    for (const auto count : row_counts) {
        const auto ids = make_ids(count);
        const std::vector<std::string> half(
            ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(count / 2)
        );
        Transaction transaction(*things.connection);
        insert(transaction, thing, make_rows(half, 1, "old"));
        upsert(transaction, thing, make_rows(ids, 2, "new"));
        CHECK(things.ids() == ids);
        CHECK(sum(*things.connection) == 2 * static_cast<std::int64_t>(count));
        CHECK(things.connection->execute("DELETE FROM thing WHERE note = 'old'") == 0);
    }
}

void leaves_fixed_columns_as_they_were_inserted(const MakeStorage& make_storage) {
    const Things things(make_storage);
    Table fixed_amount = thing;
    fixed_amount.fixed = 1;
    Transaction transaction(*things.connection);
    upsert(transaction, fixed_amount, make_rows({"a"}, 1, "old"));
    upsert(transaction, fixed_amount, make_rows({"a", "b"}, 2, "new"));
    transaction.commit();
    CHECK(sum(*things.connection) == 3);
    CHECK(things.connection->execute("DELETE FROM thing WHERE note = 'new'") == 2);
}

void upserts_a_table_that_is_all_key(const MakeStorage& make_storage) {
    const Things things(make_storage);
    Transaction transaction(*things.connection);
    Table only_key = thing;
    only_key.columns = thing.columns.first(1);
    Rows rows;
    rows.add("a");
    rows.add("b");
    upsert(transaction, only_key, rows);
    upsert(transaction, only_key, rows);
    transaction.commit();
    CHECK(things.ids() == std::vector<std::string>{"a", "b"});
}

void queries_any_number_of_keys(const MakeStorage& make_storage) {
    const Things things(make_storage);
    const auto ids = make_ids(5000);
    {
        Transaction transaction(*things.connection);
        insert(transaction, thing, make_rows(ids, 1, "x"));
        transaction.commit();
    }
    for (const auto count : row_counts) {
        std::vector<std::string_view> keys(
            ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(count)
        );
        if (count > 0) keys.push_back("not there");
        std::vector<std::string> found;
        query_in(
            *things.connection, "SELECT id FROM thing WHERE id IN ", keys, " AND amount = 1",
            [&](const Row& row) { found.emplace_back(row.text(0)); }
        );
        std::ranges::sort(found);
        CHECK(found.size() == count);
        CHECK(std::equal(found.begin(), found.end(), ids.begin()));
    }
}

void deletes_any_number_of_keys(const MakeStorage& make_storage) {
    const Things things(make_storage);
    for (const auto count : row_counts) {
        const auto ids = make_ids(count + 1);
        const std::vector<std::string_view> keys(ids.begin(), ids.end() - 1);
        Transaction transaction(*things.connection);
        insert(transaction, thing, make_rows(ids, 1, "x"));
        delete_in(transaction, "thing", "id", keys);
        CHECK(things.ids() == std::vector<std::string>{ids.back()});
    }
}

void duplicate_undoes_the_whole_transaction(const MakeStorage& make_storage) {
    const Things things(make_storage);
    const auto ids = make_ids(700);
    {
        Transaction transaction(*things.connection);
        insert(transaction, thing, make_rows({ids[650]}, 1, "first"));
        transaction.commit();
    }
    const auto work = [&] {
        Transaction transaction(*things.connection);
        insert(transaction, thing, make_rows(ids, 2, "second"));
        transaction.commit();
    };
    CHECK_THROWS_AS(work(), Conflict);
    CHECK(things.ids() == std::vector<std::string>{ids[650]});
    CHECK(sum(*things.connection) == 1);
}

void conflict_ends_the_transaction(const MakeStorage& make_storage) {
    const Things things(make_storage);
    auto& connection = *things.connection;
    connection.execute("CREATE UNIQUE INDEX thing_note ON thing (note)");
    {
        Transaction transaction(connection);
        insert(transaction, thing, make_rows({"a"}, 1, "taken"));
        transaction.commit();
    }
    {
        Transaction transaction(connection);
        insert(transaction, thing, make_rows({"b"}, 1, "free"));
        CHECK_THROWS_AS(insert(transaction, thing, make_rows({"c"}, 1, "taken")), Conflict);
        CHECK_THROWS_AS(insert(transaction, thing, make_rows({"d"}, 1, "other")), Outage);
        CHECK_THROWS_AS(connection.query("SELECT 1", {}, [](const Row&) {}), Outage);
        CHECK_THROWS_AS(transaction.commit(), Outage);
    }
    CHECK(things.ids() == std::vector<std::string>{"a"});
    Transaction transaction(connection);
    insert(transaction, thing, make_rows({"b"}, 1, "free"));
    transaction.commit();
    CHECK(things.ids() == std::vector<std::string>{"a", "b"});
}

void locks_any_number_of_keys(const MakeStorage& make_storage) {
    const Things things(make_storage);
    const auto ids = make_ids(700);
    Transaction transaction(*things.connection);
    insert(transaction, thing, make_rows(ids, 1, "x"));
    for (const std::size_t count : {0U, 1U, 3U, 700U}) {
        const std::vector<std::string_view> keys(
            ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(count)
        );
        std::size_t found = 0;
        query_locked_in(
            *things.connection, "SELECT id FROM thing WHERE id IN ", keys, "PRIMARY",
            [&](const Row&) { ++found; }
        );
        CHECK(found == count);
    }
    const std::vector<std::string_view> keys{"id00000"};
    CHECK_THROWS_AS(
        query_locked_in(*things.connection, "SELECT id FROM", keys, "PRIMARY", [](const Row&) {}),
        Broken
    );
}

/// More than a first buffer holds, and rows behind it that are short again.
void long_texts_come_back(const MakeStorage& make_storage) {
    const Things things(make_storage);
    auto& connection = *things.connection;
    connection.execute("CREATE TABLE paper (id BIGINT NOT NULL PRIMARY KEY, text TEXT NOT NULL)");
    const std::array<std::string_view, 2> columns{"id", "text"};
    std::vector<std::string> texts;
    for (const std::size_t length : {0U, 5U, 1023U, 1024U, 1025U, 60'000U, 7U, 60'001U, 1U}) {
        texts.emplace_back(length, static_cast<char>('a' + texts.size()));
    }
    Rows rows;
    for (std::int64_t i = 0; const auto& text : texts) rows.add(i++, text);
    Transaction transaction(connection);
    insert(transaction, Table{"paper", columns}, rows);
    transaction.commit();
    std::vector<std::string> read;
    connection.query("SELECT text, id FROM paper ORDER BY id", {}, [&](const Row& row) {
        CHECK(row.integer(1) == static_cast<std::int64_t>(read.size()));
        CHECK(row.text(1) == std::to_string(read.size()));
        read.emplace_back(row.text(0));
    });
    CHECK(read == texts);
}

/// The outer result is far from its end when another statement wants the connection.
void statements_run_inside_a_long_result(const MakeStorage& make_storage) {
    const Things things(make_storage);
    auto& connection = *things.connection;
    const auto ids = make_ids(5000);
    Transaction transaction(connection);
    insert(transaction, thing, make_rows(ids, 1, "x"));
    std::size_t outer = 0;
    std::size_t inner = 0;
    connection.query("SELECT id FROM thing ORDER BY id", {}, [&](const Row& row) {
        CHECK(row.text(0) == ids[outer]);
        if (++outer % 1000 != 10) return;
        connection.execute("UPDATE thing SET amount = amount + 1 WHERE id = 'id00001'");
        connection.query("SELECT id FROM thing", {}, [&](const Row&) { ++inner; });
    });
    CHECK(outer == 5000);
    CHECK(inner == 25'000);
    CHECK(sum(connection) == 5005);
    const auto stop = [&] {
        connection.query("SELECT id FROM thing", {}, [](const Row&) {
            throw std::runtime_error("enough");
        });
    };
    CHECK_THROWS_WITH(stop(), "enough");
    transaction.commit();
    CHECK(sum(connection) == 5005);
}

void rows_of_another_width_are_broken(const MakeStorage& make_storage) {
    const Things things(make_storage);
    Transaction transaction(*things.connection);
    Rows rows;
    rows.add("a", std::int64_t{1});
    CHECK_THROWS_AS(insert(transaction, thing, rows), Broken);
}

}  // namespace

const std::vector<DatabaseCase>& bulk_cases() {
    static const std::vector<DatabaseCase> cases{
        {"inserts any number of rows", inserts_any_number},
        {"writes any number of rows to a server without bulk", writes_any_number_without_bulk},
        {"rows may hold nothing", rows_may_hold_nothing},
        {"upserts any number of rows", upserts_any_number},
        {"upsert leaves fixed columns as they were inserted",
         leaves_fixed_columns_as_they_were_inserted},
        {"upserts a table that is all key", upserts_a_table_that_is_all_key},
        {"queries any number of keys", queries_any_number_of_keys},
        {"deletes any number of keys", deletes_any_number_of_keys},
        {"locks any number of keys", locks_any_number_of_keys},
        {"long texts come back", long_texts_come_back},
        {"statements run inside a long result", statements_run_inside_a_long_result},
        {"a duplicate key undoes the whole transaction", duplicate_undoes_the_whole_transaction},
        {"a conflict ends the transaction", conflict_ends_the_transaction},
        {"rows of another width are broken", rows_of_another_width_are_broken},
    };
    return cases;
}

}  // namespace pay::sql
