#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/bus/bus.hpp"
#include "core/sql/sql.hpp"
#include "order/types.hpp"
#include "order_item/types.hpp"
#include "point/types.hpp"

/// Charges as the rows they are, to be written straight into the databases.
namespace pay::bench {

/// The services whose databases a charge writes to.
inline constexpr std::array<std::string_view, 3> charging_services{"order", "point", "order_item"};

/// One purchase of a point package by its names; all its rows follow from them and the package.
struct Charge {
    std::uint64_t number = 0;
    std::string user_id;
    std::string order_id;
    std::string receipt_id;
    std::string transaction_id;
    std::string order_item_id;
    Time at{};
};

/// Charges in a row: the same number is the same charge, on any thread. Their ids sort by their
/// numbers, and are no other run's.
class Charges {
 public:
    /// `count` of them, spread evenly from `first` to before `end`, over `users` people in turn.
    Charges(item::Changed package, std::size_t users, Time first, Time end, std::uint64_t count);

    Charge operator[](std::uint64_t number) const;
    std::vector<Charge> from(std::uint64_t number, std::uint64_t count) const;
    const item::Changed& package() const { return x_package; }
    std::size_t users() const { return x_users; }
    std::uint64_t count() const { return x_count; }

 private:
    const item::Changed x_package;
    const std::size_t x_users;
    const Time x_first;
    const Duration x_span;
    const std::uint64_t x_count;
    const std::uint64_t x_salt;
};

/// What the rules make of one charge, stage by stage: the pattern of all others.
struct Pattern {
    explicit Pattern(const Charges& charges);

    order::Order placed;
    order::Order credited;
    order::Order finished;
    order::Webhook heard;    ///< the webhook that tells of the payment, before it is looked up
    order::Webhook settled;  ///< … and after
    std::string answer;      ///< to the buyer, as it is kept
    std::vector<bus::Message> placing;    ///< what order says when it is paid
    std::vector<bus::Message> finishing;  ///< … and when it has succeeded
    std::vector<bus::Message> crediting;  ///< what point says
};

/// The pattern's order, or webhook, as this charge has it.
order::Order order_like(const order::Order& pattern, const Charge& charge);
order::Webhook webhook_like(const order::Webhook& pattern, const Charge& charge);
point::Credit credit_of(const Charge& charge, const item::Changed& package);
order_item::SaveItem save_of(const Charge& charge, const item::Changed& package);

/// Brings the databases to this version's schema, makes them if they are not there, and puts the
/// first items in. Returns a package that is sold.
item::Changed open_shop(sql::Storage& storage, Time now);

}  // namespace pay::bench
