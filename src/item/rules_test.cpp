#include "item/rules.hpp"

#include <doctest/doctest.h>

#include "core/ident/ident.hpp"

using namespace pay;
using namespace pay::item;

namespace {

const Time morning = from_epoch_ms(1'772'414'130'000);
const Time noon = morning + std::chrono::hours{3};

Create package() {
    return {"itm_a", Kind::point_package, "500 포인트", Won{5'000}, Points{500}, {}};
}

Create episode() {
    return {"itm_b", Kind::content, "1화", {}, {}, Points{3}};
}

struct Outcome {
    State state;
    Result<Answer> answer;
    std::vector<bus::Message> messages;
};

Outcome after(State state, const Command& command, Time now = noon) {
    std::vector<bus::Message> messages;
    auto answer = decide(state, command, now, messages);
    return {std::move(state), std::move(answer), std::move(messages)};
}

State with(const Create& create) {
    return after({}, create, morning).state;
}

std::vector<std::string> faults_of(const Create& create) {
    const auto outcome = after({}, create);
    std::vector<std::string> names;
    if (outcome.answer) return names;
    CHECK(outcome.answer.error().code == Code::invalid);
    CHECK(outcome.state.changed.empty());
    CHECK(outcome.messages.empty());
    for (const auto& fault : outcome.answer.error().fields) names.push_back(fault.field);
    return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a new item is on sale in its first version and is told") {
    const auto outcome = after({}, package(), morning);
    REQUIRE(outcome.answer);
    const auto& item = outcome.answer->items.front();
    CHECK(item.version == 1);
    CHECK(item.status == Status::on_sale);
    CHECK(item.created_at == morning);
    CHECK(item.updated_at == morning);
    CHECK(outcome.state.changed == std::set<std::string>{"itm_a"});
    REQUIRE(outcome.messages.size() == 1);
    CHECK(outcome.messages[0].topic == changed_topic);
    CHECK(outcome.messages[0].type == changed_type);
    CHECK(outcome.messages[0].key == "itm_a");
    CHECK(
        outcome.messages[0].payload ==
        R"({"id":"itm_a","kind":"point_package","name":"500 포인트","amount":5000,"points":500,)"
        R"("bonus_points":null,"point_price":null,"status":"on_sale","version":1})"
    );
}

TEST_CASE("what a point package and content may be sold for") {
    const auto changed = [](Create create, auto change) {
        change(create);
        return faults_of(create);
    };
    CHECK(faults_of(package()).empty());
    CHECK(faults_of(episode()).empty());
    CHECK(changed(package(), [](Create& it) { it.amount.reset(); }) == Names{"amount"});
    CHECK(changed(package(), [](Create& it) { it.points.reset(); }) == Names{"points"});
    CHECK(changed(package(), [](Create& it) {
              it.point_price = Points{1};
          }) == Names{"point_price"});
    CHECK(changed(episode(), [](Create& it) { it.points = Points{1}; }) == Names{"points"});
    CHECK(changed(episode(), [](Create& it) {
              it.bonus_points = Points{0};
          }) == Names{"bonus_points"});
    CHECK(changed(package(), [](Create& it) { it.bonus_points = Points{0}; }).empty());
    CHECK(changed(package(), [](Create& it) { it.bonus_points = Points{largest_amount}; }).empty());
    CHECK(changed(package(), [](Create& it) {
              it.bonus_points = Points{-1};
          }) == Names{"bonus_points"});
    CHECK(changed(episode(), [](Create& it) { it.point_price.reset(); }) == Names{"amount"});
    CHECK(changed(episode(), [](Create& it) { it.amount = Won{100}; }).empty());
    CHECK(changed(episode(), [](Create& it) {
              it.amount = Won{100};
              it.point_price.reset();
          }).empty());
}

TEST_CASE("prices and points are from 1 to the largest amount") {
    for (const std::int64_t bad : {std::int64_t{0}, std::int64_t{-1}, largest_amount + 1}) {
        auto create = package();
        create.amount = Won{bad};
        create.points = Points{bad};
        CHECK(faults_of(create) == Names{"amount", "points"});
        auto content = episode();
        content.point_price = Points{bad};
        CHECK(faults_of(content) == Names{"point_price"});
    }
    for (const std::int64_t good : {std::int64_t{1}, largest_amount}) {
        auto create = package();
        create.amount = Won{good};
        create.points = Points{good};
        CHECK(faults_of(create).empty());
    }
}

TEST_CASE("a name is one line of 1 to 100 characters") {
    std::string hundred;
    for (int i = 0; i < 100; ++i) hundred += "화";
    auto create = episode();
    create.name = hundred;
    CHECK(faults_of(create).empty());
    for (const std::string& bad :
         {hundred + "1", std::string{}, std::string{"  "}, std::string{"a\nb"}}) {
        create.name = bad;
        CHECK(faults_of(create) == Names{"name"});
    }
}

TEST_CASE("an update changes what it gives and makes a new version") {
    Update update{.id = "itm_a", .name = "오백 포인트", .status = Status::archived};
    update.amount = {true, Won{4'500}};
    const auto outcome = after(with(package()), update);
    REQUIRE(outcome.answer);
    const auto& item = outcome.answer->items.front();
    CHECK(item.name == "오백 포인트");
    CHECK(item.amount == Won{4'500});
    CHECK(item.points == Points{500});
    CHECK(item.status == Status::archived);
    CHECK(item.version == 2);
    CHECK(item.created_at == morning);
    CHECK(item.updated_at == noon);
    CHECK(outcome.messages.size() == 1);
    CHECK(outcome.state.items.at("itm_a") == item);
}

TEST_CASE("an update that changes nothing is no new version") {
    Update update{.id = "itm_a", .name = "500 포인트", .status = Status::on_sale};
    update.amount = {true, Won{5'000}};
    auto state = with(package());
    state.changed.clear();
    const auto outcome = after(std::move(state), update);
    REQUIRE(outcome.answer);
    CHECK(outcome.answer->items.front().version == 1);
    CHECK(outcome.answer->items.front().updated_at == morning);
    CHECK(outcome.state.changed.empty());
    CHECK(outcome.messages.empty());
}

TEST_CASE("the result of an update obeys the rules, or nothing changes") {
    Update update{.id = "itm_b"};
    update.point_price = {true, std::nullopt};
    const auto refused = after(with(episode()), update);
    REQUIRE_FALSE(refused.answer);
    CHECK(refused.answer.error().code == Code::invalid);
    CHECK(refused.state.items.at("itm_b").point_price == Points{3});
    CHECK(refused.messages.empty());

    update.amount = {true, Won{300}};
    const auto sold_for_money = after(with(episode()), update);
    REQUIRE(sold_for_money.answer);
    CHECK_FALSE(sold_for_money.answer->items.front().point_price);
}

TEST_CASE("an item nobody made cannot be updated") {
    const auto outcome = after({}, Update{.id = "itm_x", .name = "x"});
    REQUIRE_FALSE(outcome.answer);
    CHECK(outcome.answer.error().code == Code::not_found);
}

TEST_CASE("the first items are put in once") {
    const auto seed = first_items(morning);
    REQUIRE(seed.items.size() == 4);
    for (const auto& create : seed.items) {
        CHECK(is_id(prefix::item, create.id));
        CHECK(create.amount->value() == create.points->value() * 10);
    }
    const auto first = after({}, seed);
    REQUIRE(first.answer);
    CHECK(first.answer->items.size() == 4);
    CHECK(first.messages.size() == 4);
    CHECK(first.state.seeded_now == noon);

    const auto again = after(first.state, seed);
    CHECK(again.answer->items.empty());
    CHECK(again.messages.empty());
    const auto later = after(State{.seeded = true}, seed);
    CHECK(later.state.items.empty());
    CHECK_FALSE(later.state.seeded_now);
}

TEST_CASE("the bonus of a package is told, changed and cleared") {
    auto create = package();
    create.bonus_points = Points{50};
    const auto state = with(create);
    CHECK(state.items.at("itm_a").bonus_points == Points{50});
    auto outcome = after(state, Update{.id = "itm_a", .bonus_points = {true, Points{0}}});
    REQUIRE(outcome.answer);
    CHECK(outcome.answer->before->bonus_points == Points{50});
    CHECK(outcome.messages.at(0).payload.contains(R"("bonus_points":0)"));
    outcome = after(outcome.state, Update{.id = "itm_a", .bonus_points = {true, {}}});
    REQUIRE(outcome.answer);
    CHECK_FALSE(outcome.answer->items.front().bonus_points);
}
