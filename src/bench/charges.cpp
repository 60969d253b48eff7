#include "bench/charges.hpp"

#include <algorithm>
#include <stdexcept>

#include "bench/users.hpp"
#include "core/ident/ident.hpp"
#include "core/runtime/engine.hpp"
#include "item/rules.hpp"
#include "item/store.hpp"
#include "order/rules.hpp"
#include "order/service.hpp"
#include "order/wire.hpp"
#include "order_item/rules.hpp"
#include "order_item/store.hpp"
#include "point/rules.hpp"
#include "point/store.hpp"

namespace pay::bench {
namespace {

/// One of many well-mixed numbers for each number (splitmix64).
std::uint64_t mixed(std::uint64_t number) {
    number += 0x9e3779b97f4a7c15U;
    number = (number ^ (number >> 30U)) * 0xbf58476d1ce4e5b9U;
    number = (number ^ (number >> 27U)) * 0x94d049bb133111ebU;
    return number ^ (number >> 31U);
}

/// The lowest `digits` hex digits.
std::string hex(std::uint64_t value, std::size_t digits) {
    std::string text(digits, '0');
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit) {
        *digit = "0123456789abcdef"[value & 15U];
        value >>= 4U;
    }
    return text;
}

template <class Answer>
const Answer& must(const Result<Answer>& result) {
    PAY_ASSERT(result);
    return *result;
}

item::Changed on_offer(sql::Connection& connection) {
    for (const auto& item : item::all(connection)) {
        const bool sold = item.status == item::Status::on_sale && item.amount;
        if (item.kind != item::Kind::point_package || !sold) continue;
        return {item.id,     item.kind,        item.name,   item.amount,
                item.points, item.point_price, item.status, item.version};
    }
    throw std::runtime_error("no point package is on sale in these databases");
}

void stock(sql::Connection& connection, Time now) {
    const item::Command first = item::first_items(now);
    const std::array<const item::Command*, 1> commands{&first};
    std::vector<bus::Message> announced_at_each_start;
    sql::Transaction transaction(connection);
    auto state = item::load(connection, commands);
    must(item::decide(state, first, now, announced_at_each_start));
    item::save(transaction, state);
    transaction.commit();
}

}  // namespace

Charges::Charges(
    item::Changed package, std::size_t users, Time first, Time end, std::uint64_t count
)
    : x_package(std::move(package)),
      x_users(users),
      x_first(first),
      x_span(end - first),
      x_count(count),
      x_salt(std::stoull(random_hex_128().substr(0, 16), nullptr, 16)) {}

Charge Charges::operator[](std::uint64_t number) const {
    Charge charge;
    charge.number = number;
    charge.user_id = user_id(number % x_users);
    const auto share = static_cast<double>(number) / static_cast<double>(x_count);
    const auto passed = static_cast<std::int64_t>(share * static_cast<double>(x_span.count()));
    charge.at = x_first + Duration{passed};
    const auto random = mixed(x_salt + number);
    std::array<unsigned char, 10> bits{};
    for (std::size_t i = 0; i < 5; ++i) {
        bits[4 - i] = static_cast<unsigned char>(number >> (8 * i));
        bits[9 - i] = static_cast<unsigned char>(random >> (8 * i));
    }
    charge.order_id = make_id(prefix::order, charge.at, bits);
    charge.transaction_id = make_id(prefix::point_transaction, charge.at, bits);
    charge.order_item_id = make_id(prefix::order_item, charge.at, bits);
    // As Bootpay makes them: they begin with the time in seconds.
    const auto seconds = static_cast<std::uint64_t>(to_epoch_ms(charge.at) / 1000);
    charge.receipt_id = hex(seconds, 8) + hex(mixed(random), 16);
    return charge;
}

std::vector<Charge> Charges::from(std::uint64_t number, std::uint64_t count) const {
    std::vector<Charge> charges;
    charges.reserve(count);
    for (; count > 0; --count) charges.push_back((*this)[number++]);
    return charges;
}

Pattern::Pattern(const Charges& charges) {
    const auto charge = charges[0];
    const auto& package = charges.package();
    const order::Settings settings;
    order::State state;
    state.items.emplace(package.id, package);
    std::vector<bus::Message> nothing;
    const auto decide = [&](const order::Command& command, std::vector<bus::Message>& messages) {
        return must(order::decide(state, command, settings, charge.at, messages)).order;
    };

    order::Webhook webhook;
    webhook.receipt_id = charge.receipt_id;
    webhook.receipt_status = 1;
    webhook.order_id = "bench-" + hex(charge.number, 32) + "-1";
    webhook.price = *package.amount;
    decide(order::StoreWebhook{webhook}, nothing);
    heard = state.webhooks.at(webhook.key());

    gateway::Payment payment;
    payment.receipt_id = charge.receipt_id;
    payment.order_id = webhook.order_id;
    payment.user_id = charge.user_id;
    payment.price = *package.amount;
    payment.stage = gateway::Stage::paid;
    const order::NewOrder wanted{charge.order_id, charge.user_id, package.id, {}, {}};
    placed = decide(order::PlacePaid{wanted, payment}, placing);
    decide(order::WebhookLookedUp{webhook.key(), payment}, nothing);
    settled = state.webhooks.at(webhook.key());
    credited = decide(order::PointReplied{{charge.order_id, point::Action::credit, ""}}, nothing);
    finished =
        decide(order::OrderItemReplied{{charge.order_id, order_item::Action::save, ""}}, finishing);
    answer = order::to_json(finished, http::Language::en);

    point::State wallets;
    must(point::decide(wallets, credit_of(charge, package), {}, charge.at, crediting));
}

order::Order order_like(const order::Order& pattern, const Charge& charge) {
    order::Order order = pattern;
    order.id = charge.order_id;
    order.user_id = charge.user_id;
    order.receipt_id = charge.receipt_id;
    const Duration later = charge.at - pattern.created_at;
    for (Time* moment :
         {&order.created_at, &order.updated_at, &order.payment.at, &order.point->at,
          &order.order_item.at}) {
        *moment += later;
    }
    if (order.due_at) *order.due_at += later;
    if (order.deadline_at) *order.deadline_at += later;
    return order;
}

order::Webhook webhook_like(const order::Webhook& pattern, const Charge& charge) {
    order::Webhook webhook = pattern;
    webhook.receipt_id = charge.receipt_id;
    if (webhook.due_at) *webhook.due_at += charge.at - pattern.created_at;
    webhook.created_at = charge.at;
    return webhook;
}

point::Credit credit_of(const Charge& charge, const item::Changed& package) {
    return {charge.transaction_id, {charge.order_id, charge.user_id, *package.points}};
}

order_item::SaveItem save_of(const Charge& charge, const item::Changed& package) {
    return {
        charge.order_item_id,
        {charge.order_id, charge.user_id, package.id, package.name,
         order_item::ItemKind::point_package, package.amount, package.points}
    };
}

item::Changed open_shop(sql::Storage& storage, Time now) {
    const auto open = [&](std::string_view service, std::span<const EmbeddedFile> schema) {
        auto connection = storage.database(service)->connect(sql::Mode::read_write);
        sql::migrate(*connection, migrations_of(schema));
        return connection;
    };
    open("order", order::migrations());
    open("point", point::migrations());
    open("order_item", order_item::migrations());
    const auto items = open("item", item::schema);
    stock(*items, now);
    return on_offer(*items);
}

}  // namespace pay::bench
