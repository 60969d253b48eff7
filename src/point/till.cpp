#include "point/till.hpp"

#include <algorithm>

namespace pay::point::test {
namespace {

struct Books {
    std::map<std::pair<std::string, Account>, Points> sums{};  ///< of users' accounts
    std::string faults{};

    void read(const State& state) {
        for (const auto& posting : state.postings) {
            Points sum;
            for (const auto& line : posting.lines) {
                if (line.points == Points{}) faults += posting.transaction_id + " empty line; ";
                sum += line.points;
                if (is_users(line.account)) sums[{posting.user_id, line.account}] += line.points;
            }
            if (sum != Points{}) faults += posting.transaction_id + " does not sum to zero; ";
            if (posting.balance_after < Points{}) faults += posting.transaction_id + " negative; ";
        }
    }
    void expect(const std::string& what, Points found, Points expected) {
        if (found == expected) return;
        faults += what + " is " + std::to_string(found.value()) + " and not " +
                  std::to_string(expected.value()) + "; ";
    }
};

Points left_in(const Lots& lots, Kind kind) {
    Points sum;
    for (const auto& [id, row] : lots) {
        if (row.lot.kind == kind) sum += row.lot.left;
    }
    return sum;
}

Points held_for(const State& state, const std::string& user) {
    Points sum;
    for (const auto& [id, row] : state.holds) {
        const auto& hold = row.hold;
        if (hold.user_id == user && hold.status == HoldStatus::open) sum += hold.points;
    }
    return sum;
}

void check_lot(Books& books, const Lot& lot) {
    const auto lowest = std::min({lot.granted, lot.left, lot.repaid, lot.canceled, lot.used()});
    if (lowest < Points{}) books.faults += lot.id + " has a negative part; ";
    if (lot.due_at.has_value() != (lot.left > Points{})) books.faults += lot.id + " due wrongly; ";
}

}  // namespace

std::string faults_of(const State& state, const std::map<std::string, Points>& owed_before) {
    Books books;
    books.read(state);
    for (const auto& [user, row] : state.wallets) {
        const auto& wallet = row.wallet;
        const auto owed = owed_before.contains(user) ? owed_before.at(user) : Points{};
        const auto sum = [&](Account account) { return books.sums[{user, account}]; };
        books.expect(user + " paid", wallet.paid, sum(Account::paid));
        books.expect(user + " bonus", wallet.bonus, sum(Account::bonus));
        books.expect(user + " held", wallet.held, sum(Account::held));
        books.expect(user + " owed", wallet.owed, owed - sum(Account::owed));
        books.expect(user + " paid lots", left_in(row.lots, Kind::paid), wallet.paid);
        books.expect(user + " bonus lots", left_in(row.lots, Kind::bonus), wallet.bonus);
        books.expect(user + " holds", held_for(state, user), wallet.held);
        const auto lowest = std::min({wallet.paid, wallet.bonus, wallet.held, wallet.owed});
        if (lowest < Points{}) books.faults += user + " has a negative account; ";
        for (const auto& [id, lot] : row.lots) check_lot(books, lot.lot);
    }
    for (const auto& [id, row] : state.holds) {
        Points taken;
        for (const auto& use : row.hold.uses) taken += use.points + use.owed;
        books.expect(id + " uses", taken, row.hold.points);
    }
    return books.faults;
}

}  // namespace pay::point::test
