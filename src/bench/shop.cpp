#include "bench/shop.hpp"

#include <stdexcept>

#include "bench/users.hpp"
#include "core/ident/ident.hpp"
#include "core/json/read.hpp"

namespace pay::bench {

/// Of the server's items, what is looked at.
struct PackageView {
    std::string id;
    std::string kind;
    std::string status;
    std::optional<std::int64_t> amount;
};
BOOST_DESCRIBE_STRUCT(PackageView, (), (id, kind, status, amount))
static_assert(json::whole<PackageView>);

struct PackagesView {
    std::vector<PackageView> data;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(PackagesView, (), (data, next_cursor))
static_assert(json::whole<PackagesView>);

namespace {

PackageView package_of(const Fetch& server) {
    const std::string first_page = "/v1/items?limit=100";
    for (std::optional<std::string> page = first_page; page;) {
        const auto items = json::read<PackagesView>(server(*page), json::Unknown::ignore);
        if (!items) throw std::runtime_error("the server's list of items cannot be read");
        for (const auto& item : items->data) {
            if (item.kind == "point_package" && item.status == "on_sale" && item.amount)
                return item;
        }
        page.reset();
        if (items->next_cursor) page = first_page + "&cursor=" + *items->next_cursor;
    }
    throw std::runtime_error("the server sells no point package");
}

}  // namespace

Shop::Shop(const Fetch& server, std::vector<std::string> tokens)
    : x_name("bench-" + random_hex_128() + '-'), x_authorizations(std::move(tokens)) {
    const auto package = package_of(server);
    x_order = R"({"item_id":")" + package.id + R"(","receipt_id":")";
    x_price = R"(","price":)" + std::to_string(*package.amount) + R"(,"user_id":")";
    for (auto& token : x_authorizations) token.insert(0, "Bearer ");
}

std::string Shop::payment(std::uint64_t number) const {
    return R"({"order_id":")" + name(number) + x_price + user_id(number % x_authorizations.size()) +
           "\"}";
}

std::string Shop::order(const std::string& receipt_id) const {
    return x_order + receipt_id + "\"}";
}

std::string Shop::order_with_points(const std::string& item_id) const {
    return R"({"item_id":")" + item_id + R"(","payment_method":"points"})";
}

const std::string& Shop::authorization(std::uint64_t number) const {
    return x_authorizations[number % x_authorizations.size()];
}

std::string Shop::name(std::uint64_t number) const {
    return x_name + std::to_string(number);
}

}  // namespace pay::bench
