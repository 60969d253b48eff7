#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "app/admin_desk.hpp"
#include "app/commands.hpp"
#include "core/audit_log/audit_log.hpp"
#include "core/http/token.hpp"
#include "core/json/read.hpp"
#include "core/terminal/table.hpp"

namespace pay::app {

using audit_log::ActionView;

struct ActionsView {
    std::vector<ActionView> data;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ActionsView, (), (data, next_cursor))
static_assert(json::whole<ActionsView>);

namespace {

constexpr int nothing_found = 1;
constexpr int unreachable = 2;
constexpr std::size_t page_size = 100;

/// As it stands in a query.
std::string escaped(std::string_view text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.';
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += hex[byte >> 4U];
            out += hex[byte & 15U];
        }
    }
    return out;
}

std::string query_of(const ActionsCommand& options) {
    std::string query = "/actions?limit=" + std::to_string(page_size);
    if (!options.actor.empty()) query += "&actor=" + escaped(options.actor);
    if (!options.target.empty()) query += "&target=" + escaped(options.target);
    return query;
}

/// The newest actions of one service, up to the limit; nothing if it is not behind the URL.
std::optional<std::vector<ActionView>> actions_of(
    AdminDesk& desk, std::string_view service, const ActionsCommand& options
) {
    std::vector<ActionView> actions;
    const auto query = query_of(options);
    std::string cursor;
    do {
        const auto body = desk.ask(http::Method::get, service, query + cursor);
        if (!body) return std::nullopt;
        auto page = json::read<ActionsView>(*body, json::Unknown::ignore);
        if (!page) throw BadUse("the answer is not one of this version's lists of actions");
        std::ranges::move(page->data, std::back_inserter(actions));
        cursor = page->next_cursor ? "&cursor=" + *page->next_cursor : "";
    } while (!cursor.empty() && actions.size() < options.limit);
    return actions;
}

std::string shown(const audit_log::Change& change) {
    const auto after = change.after.value_or("none");
    return change.field + (change.before ? " " + *change.before + " -> " + after : " " + after);
}

terminal::Table table_of(const std::vector<ActionView>& actions) {
    using enum terminal::Table::Side;
    terminal::Table table(
        {{"WHEN", left, 3}, {"SERVICE", left, 2}, {"WHAT", left, 1}, {"WHO", left, 4}, {"TO"}}
    );
    for (const auto& action : actions) {
        table.add({action.at, action.service, action.action, action.actor, action.target});
        std::string changes;
        for (const auto& change : action.changes) {
            changes += (changes.empty() ? "" : ", ") + shown(change);
        }
        if (!changes.empty()) table.note(changes);
        if (action.reason) table.note(*action.reason);
    }
    return table;
}

void print(const std::vector<ActionView>& actions, bool as_json) {
    if (as_json) {
        std::printf("{\"data\":%s}\n", json::to_text(actions).c_str());
    } else if (actions.empty()) {
        std::printf("no operator did anything of the kind\n");
    } else {
        const auto screen = terminal::screen_of(STDOUT_FILENO);
        std::fputs(table_of(actions).text(screen).c_str(), stdout);
    }
}

}  // namespace

int list_actions(const ActionsCommand& options) {
    if (!options.actor.empty() && !http::is_user_id(options.actor)) {
        throw BadUse("--actor: '" + options.actor + "' is no user's id");
    }
    AdminDesk desk(options.url, options.token, options.signing);
    std::vector<ActionView> actions;
    bool answered = false;
    for (const auto service : AdminDesk::services) {
        if (!options.service.empty() && options.service != service) continue;
        auto of_service = actions_of(desk, service, options);
        if (!of_service) continue;
        answered = true;
        std::ranges::move(*of_service, std::back_inserter(actions));
    }
    if (!answered && !desk.complained()) throw BadUse("no service is behind this URL");
    std::ranges::sort(actions, std::greater<>{}, &ActionView::id);
    if (actions.size() > options.limit) actions.resize(options.limit);
    print(actions, options.json);
    if (desk.complained()) return unreachable;
    return actions.empty() ? nothing_found : 0;
}

}  // namespace pay::app
