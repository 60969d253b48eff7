#include <doctest/doctest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "core/json/names.hpp"
#include "core/json/read.hpp"
#include "item/messages.hpp"
#include "order/messages.hpp"
#include "order/types.hpp"
#include "order_item/types.hpp"
#include "point/types.hpp"

/// The JSON Schemas of docs/events against the structs that are written: field by field, type by
/// type.
namespace pay {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using Names = std::set<std::string>;

const std::filesystem::path folder = PAY_EVENTS_FOLDER;

object schema_of(std::string_view type) {
    std::ifstream file(folder / (std::string(type) + ".json"));
    std::stringstream text;
    text << file.rdbuf();
    return boost::json::parse(text.str()).as_object();
}

Names names_in(const value& list) {
    Names names;
    for (const auto& name : list.as_array()) names.emplace(name.as_string());
    return names;
}

template <class E>
Names enumerators() {
    Names names;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto enumerator) {
        names.emplace(enumerator.name);
    });
    return names;
}

template <class T>
constexpr bool is_optional = json::detail::IsOptional<T>::value;

/// What a schema must say of a field of this type.
template <class T>
value type_of() {
    if constexpr (is_optional<T>) {
        return array{type_of<typename T::value_type>(), "null"};
    } else if constexpr (std::is_same_v<T, bool>) {
        return "boolean";
    } else if constexpr (json::detail::is_count<T> || std::is_integral_v<T>) {
        return "integer";
    } else {
        static_assert(std::is_same_v<T, std::string> || json::detail::DescribedEnum<T>);
        return "string";
    }
}

bool is_a(const value& given, std::string_view type) {
    if (type == "string") return given.is_string();
    if (type == "integer") return given.is_int64();
    if (type == "boolean") return given.is_bool();
    return type == "null" && given.is_null();
}

/// Whether a schema of ours accepts a message: the keywords that our schemas use.
bool accepts(const object& schema, const object& message) {
    const auto& properties = schema.at("properties").as_object();
    const auto required = names_in(schema.at("required"));
    if (!std::ranges::all_of(required, [&](const auto& name) { return message.contains(name); })) {
        return false;
    }
    return std::ranges::all_of(message, [&](const auto& field) {
        const auto* found = properties.if_contains(field.key());
        if (found == nullptr) return false;
        const auto& rule = found->as_object();
        const auto types = rule.at("type").is_array()
                               ? names_in(rule.at("type"))
                               : Names{std::string(rule.at("type").as_string())};
        const auto fits = [&](const auto& type) { return is_a(field.value(), type); };
        if (std::ranges::none_of(types, fits)) return false;
        const auto* names = rule.if_contains("enum");
        if (names && !names_in(*names).contains(std::string(field.value().as_string())))
            return false;
        const auto* least = rule.if_contains("minimum");
        return !least || !field.value().is_int64() || field.value().as_int64() >= least->as_int64();
    });
}

object parsed(const std::string& text) {
    return boost::json::parse(text).as_object();
}

/// The schema of `type` describes T, and accepts `sample` as it is written.
template <class T>
object check(std::string_view type, std::string_view topic, std::string_view key, const T& sample) {
    static_assert(json::whole<T>);
    CAPTURE(type);
    auto schema = schema_of(type);
    CHECK(schema.at("title").as_string() == type);
    CHECK(schema.at("x-topic").as_string() == topic);
    CHECK(schema.at("x-key").as_string() == key);
    const auto& properties = schema.at("properties").as_object();
    Names members;
    boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
        [&](auto member) {
            CAPTURE(member.name);
            using Field = std::remove_cvref_t<decltype(sample.*member.pointer)>;
            members.emplace(member.name);
            REQUIRE(properties.contains(member.name));
            const auto& rule = properties.at(member.name);
            CHECK(rule.at("type") == type_of<Field>());
            if constexpr (json::detail::DescribedEnum<Field>) {
                CHECK(names_in(rule.at("enum")) == enumerators<Field>());
            }
        }
    );
    CHECK(properties.size() == members.size());
    CHECK(names_in(schema.at("required")) == members);
    CHECK(accepts(schema, parsed(json::to_text(sample))));
    for (const auto& example : schema.at("examples").as_array()) {
        CHECK(accepts(schema, example.as_object()));
        CHECK(json::read<T>(boost::json::serialize(example), json::Unknown::refuse).has_value());
    }
    return schema;
}

Names values_of(const object& schema, std::string_view field) {
    return names_in(schema.at("properties").at(field).at("enum"));
}

TEST_CASE("the point service's messages") {
    using namespace point;
    const Command command{"ord_1", "alice", Points{500}, Points{50}};
    check(credit_type, commands_topic, "user_id", command);
    check(reverse_type, commands_topic, "user_id", command);
    const Hold hold{"ord_1", "ord_1", "alice", Purpose::purchase, Points{3}, Points{0}};
    check(hold_type, commands_topic, "user_id", hold);
    const HoldEnd end{"ord_1", "ord_1", "alice"};
    check(settle_type, commands_topic, "user_id", end);
    check(release_type, commands_topic, "user_id", end);
    check(check_type, commands_topic, "user_id", Check{"ord_1", "alice", "chk_1"});
    const Checked checked{"ord_1", "chk_1", Points{5}, {}, {}, {}, Points{-1}};
    check(checked_type, replies_topic, "order_id", checked);
    const Reply done{"ord_1", Action::credit, ""};
    CHECK(values_of(check(done_type, replies_topic, "order_id", done), "code") == Names{""});
    const Reply refused{"ord_1", Action::reverse, std::string(insufficient_points)};
    const auto schema = check(refused_type, replies_topic, "order_id", refused);
    Names codes;
    for (const auto code :
         {already_reversed, already_released, already_settled, insufficient_points}) {
        codes.emplace(code);
    }
    CHECK(values_of(schema, "code") == codes);
    check(balance_type, replies_topic, "user_id", Balance{"alice", Points{5}, 1});
    const Changed changed{"alice", "ptx_1", Points{-5}, Points{0}, "adjust", "", 1};
    const auto event = check(changed_type, events_topic, "user_id", changed);
    CHECK(values_of(event, "reason") == enumerators<Reason>());
    check(
        expiring_type, events_topic, "user_id",
        Expiring{"alice", Points{5}, "2027-11-23T19:07:13.356Z", 30}
    );
}

TEST_CASE("the order-item service's messages") {
    using namespace order_item;
    const Save save{"ord_1",           "alice",      "itm_1",     "500",
                    ItemKind::content, std::nullopt, std::nullopt};
    check(save_type, commands_topic, "order_id", save);
    check(revoke_type, commands_topic, "order_id", Revoke{"ord_1"});
    const Reply done{"ord_1", Action::revoke, ""};
    CHECK(values_of(check(done_type, replies_topic, "order_id", done), "code") == Names{""});
    const Reply refused{"ord_1", Action::save, std::string(already_owned)};
    const auto schema = check(refused_type, replies_topic, "order_id", refused);
    const Names codes{std::string(already_revoked), std::string(already_owned)};
    CHECK(values_of(schema, "code") == codes);
}

TEST_CASE("the item service's message") {
    item::Changed changed{"itm_1", item::Kind::content, "12화", {}, {}, Points{3}};
    changed.version = 1;
    check(item::changed_type, item::changed_topic, "id", changed);
}

TEST_CASE("the order service's events") {
    using namespace order;
    const auto check_event = [](std::string_view type, Status status, const Names& failures,
                                std::string_view other = {}) {
        Event event;
        event.status = json::name_of(status);
        event.failure_code = *failures.begin();
        event.version = 1;
        const auto schema = check(type, events_topic, "order_id", event);
        Names statuses{event.status};
        if (!other.empty()) statuses.emplace(other);
        CHECK(values_of(schema, "status") == statuses);
        CHECK(values_of(schema, "failure_code") == failures);
    };
    auto failures = enumerators<Failure>();
    for (const auto* other : {"NONE", "POINTS_SPENT", "CANCEL_REFUSED"}) failures.erase(other);
    check_event(paid_type, Status::PAID, {""});
    check_event(succeeded_type, Status::SUCCESS, {""});
    check_event(failed_type, Status::FAIL, failures);
    check_event(expired_type, Status::EXPIRED, {""});
    check_event(canceled_type, Status::CANCELED, {""}, "SUCCESS");
}

TEST_CASE("the event of an auto-charge") {
    using namespace order;
    const AutoChargePaused paused{"auc_1", "alice", "bky_1", "", "DECLINED", 3};
    const auto schema = check(auto_charge_paused_type, events_topic, "auto_charge_id", paused);
    auto failures = enumerators<ChargeFailure>();
    failures.erase("NONE");
    CHECK(values_of(schema, "failure_code") == failures);
}

TEST_CASE("every schema is of a type that is sent") {
    const Names sent{
        std::string(point::credit_type),
        std::string(point::reverse_type),
        std::string(point::hold_type),
        std::string(point::settle_type),
        std::string(point::release_type),
        std::string(point::check_type),
        std::string(point::checked_type),
        std::string(point::balance_type),
        std::string(point::expiring_type),
        std::string(point::done_type),
        std::string(point::refused_type),
        std::string(point::changed_type),
        std::string(order_item::save_type),
        std::string(order_item::revoke_type),
        std::string(order_item::done_type),
        std::string(order_item::refused_type),
        std::string(item::changed_type),
        std::string(order::paid_type),
        std::string(order::succeeded_type),
        std::string(order::failed_type),
        std::string(order::expired_type),
        std::string(order::canceled_type),
        std::string(order::auto_charge_paused_type),
    };
    Names described;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        if (file.path().extension() == ".json") described.insert(file.path().stem());
    }
    CHECK(described == sent);
}

}  // namespace
}  // namespace pay
