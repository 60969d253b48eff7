#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "core/json/write.hpp"
#include "core/money/money.hpp"

/// What the item service says: all that others may know of it.
namespace pay::item {

inline constexpr std::string_view changed_topic = "payments.item.changed";
inline constexpr std::string_view changed_type = "item.changed";

enum class Kind { point_package, content };
BOOST_DESCRIBE_ENUM(Kind, point_package, content)

enum class Status { on_sale, archived };
BOOST_DESCRIBE_ENUM(Status, on_sale, archived)

/// `item.changed`: an item as it now is. The topic is compacted: its newest message for each item
/// is the whole catalogue. `version` grows with each change; an older one than the copy's is passed
/// over.
struct Changed {
    std::string id;
    Kind kind = Kind::point_package;
    std::string name;
    std::optional<Won> amount;          ///< price in won, or null if not sold for money
    std::optional<Points> points;       ///< granted by a point package
    std::optional<Points> point_price;  ///< price of content in points, or null
    Status status = Status::on_sale;
    std::int64_t version = 0;
    std::optional<Points> bonus_points{};  ///< granted on top by a point package
};
BOOST_DESCRIBE_STRUCT(
    Changed, (), (id, kind, name, amount, points, bonus_points, point_price, status, version)
)

}  // namespace pay::item
