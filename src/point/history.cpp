#include "point/history.hpp"

#include <array>

#include "core/json/names.hpp"

namespace pay::point {
namespace {

constexpr std::string_view select_sums = R"(
    SELECT account, SUM(points) FROM ledger_entry WHERE user_id = ? AND at <= ? GROUP BY account)";

}  // namespace

PastWallet wallet_at(sql::Connection& connection, std::string_view user_id, Time at) {
    PastWallet wallet;
    wallet.user_id = user_id;
    wallet.at = at;
    const std::array<sql::Value, 2> values{user_id, to_epoch_ms(at)};
    connection.query(select_sums, values, [&](const sql::Row& row) {
        const Points sum{row.integer(1)};
        const auto account = json::named<Account>(row.text(0));
        if (account == Account::paid) wallet.paid = sum;
        if (account == Account::bonus) wallet.bonus = sum;
        if (account == Account::held) wallet.held = sum;
        if (account == Account::owed) wallet.owed = -sum;
    });
    wallet.balance = wallet.paid + wallet.bonus;
    return wallet;
}

std::optional<Time> past_time(http::Query& query, Time now) {
    const auto text = query.text("at");
    if (!text) return std::nullopt;
    const auto at = parse_rfc3339(*text);
    if (!at) {
        query.refuse(
            "at", {"It must be a time such as 2026-03-02T01:15:30Z.",
                   "2026-03-02T01:15:30Z와 같은 시각이어야 합니다."}
        );
    } else if (*at > now) {
        query.refuse("at", {"It must not lie in the future.", "미래의 시각일 수 없습니다."});
    }
    return at;
}

}  // namespace pay::point
