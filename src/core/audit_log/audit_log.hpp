#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/embedded.hpp"
#include "core/http/message.hpp"
#include "core/http/query.hpp"
#include "core/result/result.hpp"
#include "core/sql/sql.hpp"
#include "core/time/clock.hpp"

/// What operators did and why, in the database where they did it: the table operator_action, which
/// takes no UPDATE and no DELETE.
namespace pay::audit_log {

extern const std::span<const EmbeddedFile> schema;

inline constexpr std::string_view id_prefix = "act_";
inline constexpr std::size_t longest_reason = 200;  ///< characters, of one line

/// A field before and after, as a person reads it; nothing: there was or is none.
struct Change {
    std::string field;
    std::optional<std::string> before;
    std::optional<std::string> after;
};
BOOST_DESCRIBE_STRUCT(Change, (), (field, before, after))

/// What an operator did: all that a service has to say of it.
struct Act {
    std::string action;  ///< `point.adjust`: the thing and the verb; 32 characters at most
    std::string target;  ///< the id of the thing; 96 characters at most
    std::string reason{};
    std::vector<Change> changes{};
};

/// Who did it, in which call.
struct Operator {
    std::string id;
    std::string request_id{};
    std::string traceparent{};
};
Operator operator_of(const http::Request& request);

struct Entry {
    Operator who;
    Act act;
};

/// A row of the table, and what an admin sees of it.
struct ActionView {
    std::string id;  ///< `act_…`
    std::string service;
    std::string at;  ///< RFC 3339
    std::string actor;
    std::string action;
    std::string target;
    std::optional<std::string> reason;
    std::vector<Change> changes;
    std::string request_id;
    std::string traceparent;
};
BOOST_DESCRIBE_STRUCT(
    ActionView, (),
    (id, service, at, actor, action, target, reason, changes, request_id, traceparent)
)

/// Adds the rows; their ids are made from `now`.
void save(sql::Transaction& transaction, std::span<const Entry> entries, Time now);

/// Which are listed; an empty text is no condition.
struct Filter {
    std::string actor{};
    std::string target{};
};
/// Up to limit + 1, newest first, with an empty `service`.
std::vector<ActionView> list(
    sql::Connection& connection, const Filter& filter, const http::Page& page
);

struct ReasonBody {
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReasonBody, (), (reason))

/// {"reason": …}, which many actions are asked with. INVALID if it is not one line of 1 to 200
/// characters.
Result<ReasonBody> read_reason(std::string_view body);
/// The fault that names `reason`.
Error bad_reason();

}  // namespace pay::audit_log
