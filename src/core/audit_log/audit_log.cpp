#include "core/audit_log/audit_log.hpp"

#include <array>

#include "core/ident/ident.hpp"
#include "core/json/read.hpp"
#include "core/json/write.hpp"
#include "core/text/text.hpp"

namespace pay::audit_log {

static_assert(json::whole<Change>);
static_assert(json::whole<ActionView>);
static_assert(json::whole<ReasonBody>);

namespace {

constexpr std::array<std::string_view, 9> columns{
    "id", "at", "actor", "action", "target", "reason", "changes", "request_id", "traceparent"
};
constexpr sql::Table table{"operator_action", columns};

constexpr std::string_view select_actions =
    "SELECT id, at, actor, action, target, reason, changes, request_id, traceparent "
    "FROM operator_action WHERE id < ?";
constexpr std::string_view of_actor = " AND actor = ?";
constexpr std::string_view of_target = " AND target = ?";
constexpr std::string_view newest_first = " ORDER BY id DESC LIMIT ?";

ActionView view_of(const sql::Row& row) {
    ActionView view;
    view.id = row.text(0);
    view.at = to_rfc3339(from_epoch_ms(row.integer(1)));
    view.actor = row.text(2);
    view.action = row.text(3);
    view.target = row.text(4);
    if (!row.text(5).empty()) view.reason = row.text(5);
    auto changes = json::read<std::vector<Change>>(row.text(6), json::Unknown::ignore);
    PAY_ASSERT(changes.has_value());
    view.changes = std::move(*changes);
    view.request_id = row.text(7);
    view.traceparent = row.text(8);
    return view;
}

}  // namespace

Operator operator_of(const http::Request& request) {
    return {request.caller.user_id, request.request_id, request.traceparent};
}

void save(sql::Transaction& transaction, std::span<const Entry> entries, Time now) {
    if (entries.empty()) return;
    struct Made {
        std::string id;
        std::string changes;
    };
    std::vector<Made> made;  // what the rows refer to
    made.reserve(entries.size());
    sql::Rows rows;
    for (const auto& [who, act] : entries) {
        made.push_back({make_id(id_prefix, now), json::to_text(act.changes)});
        rows.add(
            std::string_view{made.back().id}, to_epoch_ms(now), std::string_view{who.id},
            std::string_view{act.action}, std::string_view{act.target},
            std::string_view{act.reason}, std::string_view{made.back().changes},
            std::string_view{who.request_id}, std::string_view{who.traceparent}
        );
    }
    sql::insert(transaction, table, rows);
}

std::vector<ActionView> list(
    sql::Connection& connection, const Filter& filter, const http::Page& page
) {
    std::string statement(select_actions);
    std::vector<sql::Value> values{std::string_view{page.before}};
    if (!filter.actor.empty()) {
        statement += of_actor;
        values.emplace_back(std::string_view{filter.actor});
    }
    if (!filter.target.empty()) {
        statement += of_target;
        values.emplace_back(std::string_view{filter.target});
    }
    statement += newest_first;
    values.emplace_back(page.limit + 1);
    std::vector<ActionView> actions;
    connection.query(statement, values, [&](const sql::Row& row) {
        actions.push_back(view_of(row));
    });
    return actions;
}

Result<ReasonBody> read_reason(std::string_view body) {
    auto read = json::read<ReasonBody>(body, json::Unknown::refuse);
    if (!read || text::is_line(read->reason, longest_reason)) return read;
    return bad_reason();
}

Error bad_reason() {
    return {
        Code::invalid,
        {},
        {{"reason", {"It must be one line of 1 to 200 characters.", "1~200자의 한 줄이어야 합니다."}
        }},
        {}
    };
}

}  // namespace pay::audit_log
