#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "core/json/read.hpp"
#include "core/json/write.hpp"
#include "item/messages.hpp"

namespace pay::item {

/// Something that is sold, as the API shows it.
struct Item {
    std::string id;
    Kind kind = Kind::point_package;
    std::string name;
    std::optional<Won> amount;
    std::optional<Points> points;
    std::optional<Points> point_price;
    Status status = Status::on_sale;
    std::int64_t version = 1;
    Time created_at{};
    Time updated_at{};
    std::optional<Points> bonus_points{};
    friend bool operator==(const Item&, const Item&) = default;
};
BOOST_DESCRIBE_STRUCT(
    Item, (),
    (id, kind, name, amount, points, bonus_points, point_price, status, version, created_at,
     updated_at)
)
static_assert(json::whole<Item>);

/// Puts a new item on sale. Whoever asks makes its id.
struct Create {
    std::string id;
    Kind kind = Kind::point_package;
    std::string name;
    std::optional<Won> amount;
    std::optional<Points> points;
    std::optional<Points> point_price;
    std::optional<Points> bonus_points{};
    std::string reason{};  ///< for the log of operators' actions; may be empty
};

/// What an update says of a field that may be empty: if it is `given`, its new value or emptiness.
template <class T>
struct Edit {
    bool given = false;
    std::optional<T> value;
};

/// Changes what is given and leaves the rest.
struct Update {
    std::string id;
    std::optional<std::string> name{};
    Edit<Won> amount{};
    Edit<Points> points{};
    Edit<Points> point_price{};
    Edit<Points> bonus_points{};
    std::optional<Status> status{};
    std::string reason{};  ///< as in Create
};

/// What a new installation sells. Happens once in the life of a database, however often it is
/// asked.
struct Seed {
    std::vector<Create> items;
};

using Command = std::variant<Create, Update, Seed>;
/// The items the command was about, as they are now; and the one an update changed, as it was.
struct Answer {
    std::vector<Item> items{};
    std::optional<Item> before{};
};

/// What a batch of commands touches.
struct State {
    std::map<std::string, Item, std::less<>> items{};
    std::set<std::string> changed{};   ///< ids of the items to write
    std::set<std::string> stored{};    ///< ids of the items the database has
    bool seeded = false;               ///< as the database says
    std::optional<Time> seeded_now{};  ///< by this batch
};

}  // namespace pay::item
