#pragma once

#include <doctest/doctest.h>

#include <array>
#include <deque>

#include "audit/audit.hpp"
#include "core/runtime/engine.hpp"
#include "core/sql/scratch.hpp"
#include "item/store.hpp"
#include "order/columns.hpp"
#include "order/service.hpp"
#include "order_item/store.hpp"
#include "point/rules.hpp"
#include "point/store.hpp"

/// For the tests of the audit: databases of all services with orders in them, to be damaged.
namespace pay::audit {

inline const Time noon = from_epoch_ms(1'772'414'142'000);

inline order::Order order_of(
    const std::string& id, const std::string& user, order::Status status, const std::string& receipt
) {
    using order::StepStatus;
    order::Order order;
    order.id = id;
    order.user_id = user;
    order.item_id = "itm_1";
    order.item_name = "5000원";
    order.item_version = 1;
    order.amount = Won{5000};
    order.points = Points{500};
    order.status = status;
    order.receipt_id = receipt;
    const bool done = status == order::Status::SUCCESS;
    const bool undone = status == order::Status::FAIL;
    const auto step = done ? StepStatus::done : undone ? StepStatus::reversed : StepStatus::pending;
    order.payment = order.order_item = {step, noon};
    order.point = order.payment;
    if (undone) order.canceled_amount = *order.amount;
    order.created_at = order.updated_at = noon;
    return order;
}

/// Inserts rows 1 to `count`, each as `add(rows, keep, number)` says; `keep` keeps a text for it.
void insert_many(
    sql::Connection& connection, const sql::Table& table, std::int64_t count, const auto& add
) {
    sql::Transaction transaction(connection);
    for (std::int64_t done = 0; done < count;) {
        std::deque<std::string> texts;
        const auto keep = [&texts](std::string text) {
            return std::string_view{texts.emplace_back(std::move(text))};
        };
        sql::Rows rows;
        while (done < count && rows.count() < 1000) add(rows, keep, ++done);
        sql::insert(transaction, table, rows);
    }
    transaction.commit();
}

/// `prefix` and 8 digits.
inline std::string numbered(const std::string& prefix, std::int64_t number) {
    const auto digits = std::to_string(number);
    return prefix + std::string(8 - digits.size(), '0') + digits;
}

/// The databases of a shop, which the next shop takes over: on a server it costs much to make them.
class Premises {
 public:
    Premises() {
        migrate(0, "order", order::migrations());
        migrate(1, "point", point::migrations());
        migrate(2, "order_item", order_item::migrations());
        migrate(3, "item", {item::schema.begin(), item::schema.end()});
    }

    sql::Connection& connection(std::size_t at) { return *x_connections[at]; }
    std::string url() const { return x_scratch.url(); }

    void empty() {
        const std::array<std::vector<std::string>, 4> tables{{
            {"purchase_order", "refund", "cancellation", "owned_content", "webhook", "outbox"},
            {"wallet", "ledger_entry", "adjustment", "inbox", "outbox", "seal", "seal_shard", "lot",
             "point_hold", "lot_use"},
            {"order_item", "inbox", "outbox"},
            {"item", "outbox"},
        }};
        for (std::size_t at = 0; at < tables.size(); ++at) {
            sql::Transaction transaction(connection(at));
            for (const auto& table : tables[at]) connection(at).execute("DELETE FROM " + table);
            transaction.commit();
        }
    }

    static std::unique_ptr<Premises>& vacant() {
        static std::unique_ptr<Premises> premises;
        return premises;
    }

 private:
    void migrate(std::size_t at, const std::string& name, const std::vector<EmbeddedFile>& own) {
        x_databases[at] = x_storage->database(name);
        x_connections[at] = x_databases[at]->connect(sql::Mode::read_write);
        // Made in each test and lost with it: no write needs to wait for the disk.
        if (!sql::Scratch::on_server()) x_connections[at]->execute("PRAGMA synchronous = OFF");
        sql::migrate(*x_connections[at], migrations_of(own));
    }

    sql::Scratch x_scratch;
    std::unique_ptr<sql::Storage> x_storage = sql::open_storage(x_scratch.url());
    std::array<std::unique_ptr<sql::Database>, 4> x_databases;
    std::array<std::unique_ptr<sql::Connection>, 4> x_connections;
};

class Shop {
 public:
    Shop() : x_premises(std::move(Premises::vacant())) {
        if (!x_premises) x_premises = std::make_unique<Premises>();
    }
    ~Shop() {
        if (x_spoiled) return;
        x_premises->empty();
        Premises::vacant() = std::move(x_premises);
    }
    Shop(const Shop&) = delete;
    Shop& operator=(const Shop&) = delete;

    sql::Connection& order() { return x_premises->connection(0); }
    sql::Connection& point() { return x_premises->connection(1); }
    sql::Connection& order_item() { return x_premises->connection(2); }
    sql::Connection& item() { return x_premises->connection(3); }

    /// Nobody takes the databases over.
    void spoil() { x_spoiled = true; }
    void drop_index(
        sql::Connection& connection, const std::string& name, const std::string& table
    ) {
        connection.execute(
            "DROP INDEX " + name + (sql::Scratch::on_server() ? " ON " + table : "")
        );
        spoil();
    }

    void add(const order::Order& order) {
        sql::Rows rows;
        order::add_row(rows, order);
        sql::Transaction transaction(this->order());
        sql::insert(transaction, order::order_table, rows);
        transaction.commit();
    }
    void add(const order::Refund& refund) {
        sql::Rows rows;
        order::add_row(rows, refund);
        sql::Transaction transaction(order());
        sql::insert(transaction, order::refund_table, rows);
        transaction.commit();
    }
    void add(const order::Webhook& webhook) {
        sql::Rows rows;
        order::add_row(rows, webhook);
        sql::Transaction transaction(order());
        sql::insert(transaction, order::webhook_table, rows);
        transaction.commit();
    }
    /// Through the point service's own rules and store.
    void book(const point::Instruction& instruction, Time now = noon) {
        const std::array<const point::Instruction*, 1> batch{&instruction};
        std::vector<bus::Message> messages;
        sql::Transaction transaction(point());
        auto state = point::load(point(), batch);
        REQUIRE(point::decide(state, instruction, {}, now, messages).has_value());
        point::save(transaction, state);
        transaction.commit();
    }
    void credit(const std::string& transaction, const std::string& order, const std::string& user) {
        book(point::Credit{transaction, {order, user, Points{500}}});
    }
    void save_item(const std::string& order, const std::string& user, bool revoked = false) {
        const std::string id = "oit_" + order;
        const sql::Value at = revoked ? sql::Value{std::int64_t{1}} : sql::Value{nullptr};
        const std::array<sql::Value, 4> values{id, order, user, at};
        order_item().execute(
            "INSERT INTO order_item (id, order_id, user_id, item_id, item_name, kind, created_at,"
            " revoked_at) VALUES (?, ?, ?, 'itm_1', '5000', 'point_package', 1, ?)",
            values
        );
    }
    /// A charge with all that belongs to it.
    void charge(const std::string& id, const std::string& user, const std::string& receipt) {
        add(order_of(id, user, order::Status::SUCCESS, receipt));
        credit("ptx_" + id, id, user);
        save_item(id, user);
    }

    AuditOptions options() const {
        AuditOptions options;
        options.database_url = url();
        options.pause = Duration{0};
        options.clock = std::make_shared<ManualClock>(noon);
        return options;
    }
    std::string url() const { return x_premises->url(); }

 private:
    std::unique_ptr<Premises> x_premises;
    bool x_spoiled = false;
};

inline const std::string receipt_1 = "65f0c1a2b3d4e5f601234561";
inline const std::string receipt_2 = "65f0c1a2b3d4e5f601234562";
inline const std::string receipt_3 = "65f0c1a2b3d4e5f601234563";

/// Books that balance: something of everything.
inline void fill(Shop& shop) {
    shop.charge("ord_1", "kim", receipt_1);
    shop.add(order_of("ord_2", "lee", order::Status::FAIL, receipt_2));
    shop.credit("ptx_2", "ord_2", "lee");
    shop.book(point::Reverse{"ptx_3", {"ord_2", "lee", Points{500}}});
    shop.save_item("ord_2", "lee", true);
    order::Refund refund;
    refund.receipt_id = receipt_2;
    refund.order_id = "ord_2";
    refund.status = order::RefundStatus::done;
    shop.add(refund);
    shop.add(order_of("ord_3", "lee", order::Status::PENDING, ""));
    shop.add(order_of("ord_4", "lee", order::Status::PAID, receipt_3));
    shop.add(order_of("ord_5", "kim", order::Status::EXPIRED, ""));
    auto content = order_of("ord_6", "lee", order::Status::SUCCESS, "");
    content.kind = item::Kind::content;
    content.points.reset();
    content.point.reset();
    shop.add(content);
    shop.save_item("ord_6", "lee");
    shop.book(point::Adjust{"ptx_4", "kim", "root", Points{100}, "sorry"});
    shop.book(point::Adjust{"ptx_5", "kim", "root", Points{-150}, "a mistake"});
}

}  // namespace pay::audit
