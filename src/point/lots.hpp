#pragma once

#include <boost/describe.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/money/money.hpp"
#include "core/time/clock.hpp"

/// Lots: what each grant made, how much of it is left and until when. Pure.
namespace pay::point {

enum class Kind { paid, bonus };
BOOST_DESCRIBE_ENUM(Kind, paid, bonus)

/// What is spent first.
enum class SpendOrder {
    bonus_first,    ///< bonus points before paid ones, of each the soonest to expire
    soonest_first,  ///< what expires soonest, whatever it is
};

struct Settings {
    /// Never less than five years and one year, whatever leap days lie in them.
    Duration paid_life = std::chrono::days{1827};
    Duration bonus_life = std::chrono::days{366};
    /// Of points that are put back when their own time is over.
    Duration put_back_life = std::chrono::days{30};
    SpendOrder spend_order = SpendOrder::bonus_first;
    /// How many days ahead of an expiry it is announced.
    std::vector<std::int64_t> notices{30, 7};
};

struct Lot {
    std::string id;  ///< "<transaction>.<number>", or old_lot_id()
    std::string user_id;
    Kind kind = Kind::paid;
    std::string order_id{};  ///< the charge that made it; empty: none
    Time expires_at{};
    Points granted{};
    Points left{};                 ///< to spend
    Points repaid{};               ///< of what was granted: paid a debt at once
    Points canceled{};             ///< taken back with its charge
    std::int64_t noticed = 0;      ///< days ahead that the last notice was given; 0: none
    std::optional<Time> due_at{};  ///< a notice, or the expiry; nothing: nothing is left

    /// Held for a purchase, spent or expired.
    Points used() const { return granted - left - repaid - canceled; }
    bool open_at(Time now) const { return left > Points{} && expires_at > now; }
};

struct LotRow {
    Lot lot{};
    bool stored = false;
    bool changed = false;
};
using Lots = std::map<std::string, LotRow, std::less<>>;

/// The lot of what a user has from the time before lots, which nobody can tell apart.
std::string old_lot_id(Kind kind, const std::string& user_id);
inline constexpr Time old_lots_expire_at{std::chrono::sys_days{std::chrono::January / 1 / 2100}};

/// Sees when the lot is next due, which the settings of another time may have put otherwise.
void see_when_due(LotRow& row, const Settings& settings);
/// Adds to what is left, or takes from it, and sees when the lot is next due.
void add_left(LotRow& row, Points points, const Settings& settings);

/// A new lot, which is not looked at for notices whose time is over already.
LotRow& open_lot(Lots& lots, Lot lot, const Settings& settings, Time now);
/// A free id for a lot of this transaction.
std::string next_lot_id(const Lots& lots, const std::string& transaction_id);

/// The lots that points can be spent out of now, in the order of spending.
std::vector<LotRow*> spendable(Lots& lots, const Settings& settings, Time now);
Points sum_of_left(const std::vector<LotRow*>& rows);

/// The most urgent notice whose moment has come, by its days; nothing if none is due.
std::optional<std::int64_t> due_notice(const Lot& lot, const Settings& settings, Time now);
/// Notes that it was given.
void set_noticed(LotRow& row, std::int64_t days, const Settings& settings);

}  // namespace pay::point
