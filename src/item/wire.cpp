#include "item/wire.hpp"

#include <boost/json/value.hpp>

#include "core/audit_log/audit_log.hpp"
#include "core/text/text.hpp"

namespace pay::item {
namespace {

struct CreateBody {
    Kind kind = Kind::point_package;
    std::string name;
    std::optional<Won> amount;
    std::optional<Points> points;
    std::optional<Points> bonus_points;
    std::optional<Points> point_price;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(
    CreateBody, (), (kind, name, amount, points, bonus_points, point_price, reason)
)
static_assert(json::whole<CreateBody>);

struct UpdateBody {
    std::optional<std::string> name;
    std::optional<Won> amount;
    std::optional<Points> points;
    std::optional<Points> bonus_points;
    std::optional<Points> point_price;
    std::optional<Status> status;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(
    UpdateBody, (), (name, amount, points, bonus_points, point_price, status, reason)
)
static_assert(json::whole<UpdateBody>);

/// Why an admin does it: may be left out.
bool is_reason(const std::optional<std::string>& reason) {
    return !reason || text::is_line(*reason, audit_log::longest_reason);
}

Error never_empty(std::string field) {
    return {
        Code::invalid,
        {"The field named in errors cannot be cleared.", "errors에 있는 필드는 비울 수 없습니다."},
        {{std::move(field), {"It cannot be null.", "null일 수 없습니다."}}},
        {}
    };
}

}  // namespace

Result<Create> read_create(std::string_view body, std::string id) {
    auto read = json::read<CreateBody>(body, json::Unknown::refuse);
    if (!read) return read.error();
    if (!is_reason(read->reason)) return audit_log::bad_reason();
    return Create{
        .id = std::move(id),
        .kind = read->kind,
        .name = std::move(read->name),
        .amount = read->amount,
        .points = read->points,
        .point_price = read->point_price,
        .bonus_points = read->bonus_points,
        .reason = std::move(read->reason).value_or(""),
    };
}

Result<Update> read_update(std::string_view body, std::string id) {
    auto read = json::read<UpdateBody>(body, json::Unknown::refuse);
    if (!read) return read.error();
    if (!is_reason(read->reason)) return audit_log::bad_reason();
    // The reader takes null for absent; here they differ.
    const json::Document document(body);
    const auto& members = document.root().as_object();
    if (members.contains("name") && !read->name) return never_empty("name");
    if (members.contains("status") && !read->status) return never_empty("status");
    return Update{
        .id = std::move(id),
        .name = std::move(read->name),
        .amount = {members.contains("amount"), read->amount},
        .points = {members.contains("points"), read->points},
        .point_price = {members.contains("point_price"), read->point_price},
        .bonus_points = {members.contains("bonus_points"), read->bonus_points},
        .status = read->status,
        .reason = std::move(read->reason).value_or(""),
    };
}

}  // namespace pay::item
