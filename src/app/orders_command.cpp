#include <unistd.h>

#include <cstdio>

#include "app/commands.hpp"
#include "app/order_file.hpp"
#include "app/order_text.hpp"
#include "app/still_database.hpp"
#include "core/http/token.hpp"
#include "core/ident/ident.hpp"
#include "core/json/names.hpp"
#include "core/runtime/engine.hpp"
#include "core/terminal/table.hpp"
#include "order/service.hpp"
#include "order/store.hpp"

namespace pay::app {
namespace {

constexpr int nothing_found = 1;

order::OrderQuery query_of(const ListOrdersCommand& options) {
    if (!options.user.empty() && !http::is_user_id(options.user)) {
        throw BadUse("--user: '" + options.user + "' is no user's id");
    }
    order::OrderQuery query;
    query.user_id = options.user;
    query.receipt_id = options.receipt;
    if (!options.status.empty()) query.status = json::named<order::Status>(options.status);
    query.limit = options.limit + 1;  // one more tells that there are more
    return query;
}

void print(const std::vector<order::OrderView>& orders) {
    using enum terminal::Table::Side;
    terminal::Table table(
        {{"ORDER"},
         {"STATUS"},
         {"PRICE", right, 1},
         {"USER", left, 3},
         {"ITEM", left, 4},
         {"MADE", left, 2}}
    );
    for (const auto& order : orders) {
        table.add(
            {order.id, std::string(json::name_of(order.status)), price_text(order), order.user_id,
             order.item_name, to_rfc3339(order.created_at)}
        );
    }
    std::fputs(table.text(terminal::screen_of(STDOUT_FILENO)).c_str(), stdout);
}

}  // namespace

int show_order(const ShowOrderCommand& options) {
    if (!is_id(prefix::order, options.id)) {
        throw BadUse("'" + options.id + "' is no order's id: those begin with ord_");
    }
    const auto storage = sql::open_storage(options.database_url);
    const auto file = find_order_file(*storage, options.id, SystemClock{}.now());
    if (!file) {
        std::fprintf(stderr, "payments: there is no order %s\n", options.id.c_str());
        return nothing_found;
    }
    const auto text = options.json ? json::to_text(*file) + '\n'
                                   : order_text(*file, terminal::screen_of(STDOUT_FILENO));
    std::fputs(text.c_str(), stdout);
    return 0;
}

int list_orders(const ListOrdersCommand& options) {
    const auto query = query_of(options);
    const auto storage = sql::open_storage(options.database_url);
    StillDatabase database(*storage, "order", migrations_of(order::migrations()));
    std::vector<order::OrderView> orders;
    for (const auto& order : order::list_orders(database.connection(), query)) {
        orders.push_back(order::view(order, http::Language::en));
    }
    const bool more = std::ssize(orders) > options.limit;
    if (more) orders.pop_back();
    if (options.json) {
        std::printf("{\"data\":%s}\n", json::to_text(orders).c_str());
    } else if (orders.empty()) {
        std::printf("there are no such orders\n");
    } else {
        print(orders);
        if (more) std::printf("and older ones: see --limit\n");
    }
    return orders.empty() ? nothing_found : 0;
}

}  // namespace pay::app
