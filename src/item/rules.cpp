#include "item/rules.hpp"

#include <array>

#include "core/ident/ident.hpp"
#include "core/text/text.hpp"

namespace pay::item {
namespace {

using Messages = std::vector<bus::Message>;

constexpr std::size_t longest_name = 100;

constexpr Text bad_name{
    "It must be one line of 1 to 100 characters.", "1~100자의 한 줄이어야 합니다."
};
constexpr Text bad_count{
    "It must be a whole number from 1 to 1000000000000.", "1~1000000000000의 정수여야 합니다."
};
constexpr Text bad_bonus{
    "It must be a whole number from 0 to 1000000000000.", "0~1000000000000의 정수여야 합니다."
};
constexpr Text package_amount{
    "A point package needs a price.", "포인트 상품에는 가격이 필요합니다."
};
constexpr Text package_points{
    "A point package needs the points it grants.", "포인트 상품에는 지급할 포인트가 필요합니다."
};
constexpr Text package_point_price{
    "A point package is not sold for points.", "포인트 상품은 포인트로 판매할 수 없습니다."
};
constexpr Text content_points{"Content grants no points.", "콘텐츠는 포인트를 지급하지 않습니다."};
constexpr Text content_bonus{
    "Content grants no bonus points.", "콘텐츠는 보너스 포인트를 지급하지 않습니다."
};
constexpr Text content_price{
    "Content needs an amount or a point_price.", "콘텐츠에는 amount 또는 point_price가 필요합니다."
};

class Check {
 public:
    void require(bool holds, std::string_view field, Text text) {
        if (!holds) x_faults.push_back({std::string(field), text});
    }
    template <class Unit>
    void range(
        const std::optional<Count<Unit>>& count, std::string_view field, std::int64_t least = 1
    ) {
        if (!count) return;
        const bool holds = count->value() >= least && count->value() <= largest_amount;
        require(holds, field, least == 0 ? bad_bonus : bad_count);
    }
    std::vector<FieldFault> faults() && { return std::move(x_faults); }

 private:
    std::vector<FieldFault> x_faults;
};

std::vector<FieldFault> faults_of(const Item& item) {
    Check check;
    check.require(text::is_line(item.name, longest_name), "name", bad_name);
    check.range(item.amount, "amount");
    check.range(item.points, "points");
    check.range(item.bonus_points, "bonus_points", 0);
    check.range(item.point_price, "point_price");
    switch (item.kind) {
        case Kind::point_package:
            check.require(item.amount.has_value(), "amount", package_amount);
            check.require(item.points.has_value(), "points", package_points);
            check.require(!item.point_price, "point_price", package_point_price);
            break;
        case Kind::content:
            check.require(!item.points, "points", content_points);
            check.require(!item.bonus_points, "bonus_points", content_bonus);
            check.require(item.amount || item.point_price, "amount", content_price);
            break;
    }
    return std::move(check).faults();
}

Error invalid(std::vector<FieldFault> faults) {
    return {
        Code::invalid,
        {"The item would break the rules named in errors.", "errors에 있는 규칙에 맞지 않습니다."},
        std::move(faults),
        {}
    };
}

void keep(State& state, const Item& item, Messages& messages) {
    state.items.insert_or_assign(item.id, item);
    state.changed.insert(item.id);
    messages.push_back(changed_message(item));
}

Result<Answer> apply(State& state, const Create& create, Time now, Messages& messages) {
    const Item item{
        .id = create.id,
        .kind = create.kind,
        .name = create.name,
        .amount = create.amount,
        .points = create.points,
        .point_price = create.point_price,
        .created_at = now,
        .updated_at = now,
        .bonus_points = create.bonus_points,
    };
    if (auto faults = faults_of(item); !faults.empty()) return invalid(std::move(faults));
    keep(state, item, messages);
    return Answer{{item}, {}};
}

Item edited(Item item, const Update& update) {
    if (update.name) item.name = *update.name;
    if (update.amount.given) item.amount = update.amount.value;
    if (update.points.given) item.points = update.points.value;
    if (update.bonus_points.given) item.bonus_points = update.bonus_points.value;
    if (update.point_price.given) item.point_price = update.point_price.value;
    if (update.status) item.status = *update.status;
    return item;
}

Result<Answer> apply(State& state, const Update& update, Time now, Messages& messages) {
    const auto found = state.items.find(update.id);
    if (found == state.items.end()) return Error{Code::not_found, {}, {}, {}};
    auto item = edited(found->second, update);
    if (item == found->second) return Answer{{std::move(item)}, {}};
    if (auto faults = faults_of(item); !faults.empty()) return invalid(std::move(faults));
    ++item.version;
    item.updated_at = now;
    auto before = found->second;
    keep(state, item, messages);
    return Answer{{std::move(item)}, std::move(before)};
}

Result<Answer> apply(State& state, const Seed& seed, Time now, Messages& messages) {
    Answer made;
    if (state.seeded || state.seeded_now) return made;
    for (const auto& create : seed.items) {
        const auto item = apply(state, create, now, messages);
        PAY_ASSERT(item.has_value());
        made.items.push_back(item->items.front());
    }
    state.seeded_now = now;
    return made;
}

}  // namespace

Result<Answer> decide(State& state, const Command& command, Time now, Messages& messages) {
    return std::visit([&](const auto& wish) { return apply(state, wish, now, messages); }, command);
}

bus::Message changed_message(const Item& item) {
    const Changed changed{
        .id = item.id,
        .kind = item.kind,
        .name = item.name,
        .amount = item.amount,
        .points = item.points,
        .point_price = item.point_price,
        .status = item.status,
        .version = item.version,
        .bonus_points = item.bonus_points,
    };
    bus::Message message;
    message.topic = changed_topic;
    message.key = item.id;
    message.type = changed_type;
    message.payload = json::to_text(changed);
    return message;
}

Seed first_items(Time now) {
    struct Package {
        std::string_view name;
        std::int64_t points;
        std::int64_t amount;
    };
    constexpr std::array packages{
        Package{"500 포인트", 500, 5'000},
        Package{"1,000 포인트", 1'000, 10'000},
        Package{"5,000 포인트", 5'000, 50'000},
        Package{"10,000 포인트", 10'000, 100'000},
    };
    Seed seed;
    for (const auto& package : packages) {
        Create create;
        // A millisecond apart, so that they are listed in this order.
        create.id = make_id(prefix::item, now + Duration{static_cast<int>(seed.items.size())});
        create.name = package.name;
        create.amount = Won{package.amount};
        create.points = Points{package.points};
        seed.items.push_back(std::move(create));
    }
    return seed;
}

}  // namespace pay::item
