#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result/result.hpp"
#include "point/types.hpp"

/// Bodies and payloads into what they ask for, and points as the API shows them.
namespace pay::point {

/// The payloads of commands; INVALID if they cannot be carried out.
Result<Command> read_command(std::string_view payload);
Result<Hold> read_hold(std::string_view payload);
Result<HoldEnd> read_hold_end(std::string_view payload);
Result<Check> read_check(std::string_view payload);

struct AdjustBody {
    Points points;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(AdjustBody, (), (points, reason))
static_assert(json::whole<AdjustBody>);
Result<AdjustBody> read_adjust(std::string_view body);

struct GrantBody {
    Points points;
    std::optional<Kind> kind{};  ///< nothing: bonus
    std::optional<std::int64_t> expires_in_days{};
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(GrantBody, (), (points, kind, expires_in_days, reason))
static_assert(json::whole<GrantBody>);
Result<GrantBody> read_grant(std::string_view body);

/// The most lots that a call shows.
inline constexpr std::size_t lots_shown = 100;

/// A lot as a user sees it.
struct LotView {
    std::string id;
    Kind kind = Kind::paid;
    std::optional<std::string> order_id;
    Points granted;
    Points left;
    Time expires_at{};
};
BOOST_DESCRIBE_STRUCT(LotView, (), (id, kind, order_id, granted, left, expires_at))
static_assert(json::whole<LotView>);
LotView view_of(const Lot& lot);

struct LotList {
    std::vector<LotView> data{};
};
BOOST_DESCRIBE_STRUCT(LotList, (), (data))
static_assert(json::whole<LotList>);
std::string to_text(const LotList& list);

/// `open`: its lots, the soonest to expire first. Those that expire together are one line.
std::string to_text(const Wallet& wallet, const std::vector<Lot>& open);

}  // namespace pay::point
