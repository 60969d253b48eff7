#include <unistd.h>

#include <cstdio>

#include "app/commands.hpp"
#include "app/still_database.hpp"
#include "core/http/token.hpp"
#include "core/json/names.hpp"
#include "core/runtime/engine.hpp"
#include "core/terminal/table.hpp"
#include "point/store.hpp"
#include "point/wire.hpp"

namespace pay::app {

/// All that the database has of a wallet.
struct WalletFile {
    std::string user_id;
    Points balance;
    Points paid;
    Points bonus;
    Points held;
    Points owed;
    std::vector<point::LotView> lots;        ///< that can be spent, the soonest to expire first
    std::vector<point::LedgerEntry> ledger;  ///< newest first
};
BOOST_DESCRIBE_STRUCT(WalletFile, (), (user_id, balance, paid, bonus, held, owed, lots, ledger))
static_assert(json::whole<WalletFile>);

namespace {

constexpr int nothing_found = 1;

/// Nothing if nothing ever happened to the wallet.
std::optional<WalletFile> find_wallet_file(const ShowWalletCommand& options) {
    const auto storage = sql::open_storage(options.database_url);
    StillDatabase database(*storage, "point", migrations_of(point::migrations()));
    auto& connection = database.connection();
    const auto wallet = point::find_wallet(connection, options.user);
    if (wallet.version == 0) return std::nullopt;
    WalletFile file{wallet.user_id, wallet.balance(), wallet.paid, wallet.bonus,
                    wallet.held,    wallet.owed,      {},          {}};
    for (const auto& lot : point::list_lots(connection, options.user, point::lots_shown)) {
        file.lots.push_back(point::view_of(lot));
    }
    if (options.ledger == 0) return file;
    http::Page page;
    page.limit = options.ledger;
    file.ledger = point::list_ledger(connection, options.user, page);
    if (std::ssize(file.ledger) > options.ledger) file.ledger.pop_back();
    return file;
}

using terminal::grouped;
using terminal::Table;
using enum terminal::Table::Side;

Table amounts_of(const WalletFile& file) {
    Table table(
        {{"BALANCE", right}, {"PAID", right}, {"BONUS", right}, {"HELD", right}, {"OWED", right}}
    );
    table.add(
        {grouped(file.balance.value()), grouped(file.paid.value()), grouped(file.bonus.value()),
         grouped(file.held.value()), grouped(file.owed.value())}
    );
    return table;
}

Table lots_of(const WalletFile& file) {
    Table table({{"EXPIRES"}, {"LEFT", right}, {"GRANTED", right, 1}, {"KIND"}, {"ORDER", left, 2}}
    );
    for (const auto& lot : file.lots) {
        table.add(
            {to_rfc3339(lot.expires_at), grouped(lot.left.value()), grouped(lot.granted.value()),
             std::string(json::name_of(lot.kind)), lot.order_id.value_or("")}
        );
    }
    return table;
}

Table ledger_of(const WalletFile& file) {
    Table table(
        {{"AT", left, 1},
         {"POINTS", right},
         {"BALANCE", right},
         {"REASON"},
         {"ORDER", left, 2},
         {"TRANSACTION", left, 3}}
    );
    for (const auto& entry : file.ledger) {
        table.add(
            {to_rfc3339(entry.at), grouped(entry.delta.value()),
             grouped(entry.balance_after.value()), std::string(json::name_of(entry.reason)),
             entry.order_id.value_or(""), entry.id}
        );
    }
    return table;
}

std::string text_of(const WalletFile& file, const terminal::Screen& screen) {
    std::string out = terminal::printable(file.user_id) + '\n' + amounts_of(file).text(screen, 2);
    const auto section = [&](const char* name, const Table& table) {
        if (table.empty()) return;
        out += '\n' + terminal::styled(screen, terminal::Style::bold, name) + '\n';
        out += table.text(screen, 2);
    };
    section("Lots", lots_of(file));
    section("Ledger", ledger_of(file));
    return out;
}

}  // namespace

int show_wallet(const ShowWalletCommand& options) {
    if (!http::is_user_id(options.user)) {
        throw BadUse("'" + options.user + "' is no user's id");
    }
    const auto file = find_wallet_file(options);
    if (!file) {
        std::fprintf(
            stderr, "payments: nothing ever happened to a wallet of %s\n", options.user.c_str()
        );
        return nothing_found;
    }
    const auto text = options.json ? json::to_text(*file) + '\n'
                                   : text_of(*file, terminal::screen_of(STDOUT_FILENO));
    std::fputs(text.c_str(), stdout);
    return 0;
}

}  // namespace pay::app
