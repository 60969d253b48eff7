#include "core/runtime/action_routes.hpp"

#include "core/audit_log/audit_log.hpp"
#include "core/http/query.hpp"

namespace pay {
namespace {

constexpr std::size_t longest_target = 96;

struct Wanted {
    audit_log::Filter filter;
    http::Page page;
};

Result<Wanted> read_wanted(const http::Request& request) {
    http::Query query(request);
    Wanted wanted;
    if (const auto actor = query.user_id("actor")) wanted.filter.actor = *actor;
    if (const auto target = query.text("target")) {
        if (target->empty() || target->size() > longest_target) {
            query.refuse("target", {"It must be the id of a thing.", "대상의 id여야 합니다."});
        }
        wanted.filter.target = *target;
    }
    wanted.page = query.page(audit_log::id_prefix);
    if (auto fault = query.fault()) return std::move(*fault);
    return wanted;
}

}  // namespace

http::Route action_route(std::string_view path, const std::string& service, Readers& readers) {
    return {
        http::Method::get, path, http::Access::admin,
        [&readers, service](const http::Request& request, http::Responder responder) {
            const auto wanted = read_wanted(request);
            if (!wanted) return responder.refuse(wanted.error());
            readers.run(
                std::move(responder),
                [wanted = *wanted, service](sql::Connection& connection, http::Responder& answer) {
                    auto actions = audit_log::list(connection, wanted.filter, wanted.page);
                    for (auto& action : actions) action.service = service;
                    answer.send(http::list_response(wanted.page, std::move(actions)));
                }
            );
        }
    };
}

}  // namespace pay
