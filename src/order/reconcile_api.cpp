#include "order/reconcile_api.hpp"

#include "core/http/query.hpp"
#include "core/ident/ident.hpp"
#include "order/reconcile_store.hpp"
#include "order/reconcile_wire.hpp"
#include "order/reconciler.hpp"

namespace pay::order {
namespace {

using reconcile::Reconciliation;
using SharedCall = std::shared_ptr<Call>;

constexpr std::string_view runs_path = "/v1/admin/order/reconciliations";

const Error no_such_run{Code::not_found, {}, {}, {}};
const Error runs_already{
    Code::conflict,
    {"A reconciliation is running. One runs at a time.",
     "대사가 이미 진행 중입니다. 한 번에 하나만 실행됩니다."},
    {},
    {}
};

/// The row and the answer under the key go in one transaction.
void begin(Service& service, SharedCall call, const Reconciliation& run) {
    const auto begun = std::make_shared<bool>(false);
    dead_letter::Change change;
    change.record = [run, begun](sql::Transaction& transaction, Time, auto&) {
        *begun = reconcile::begin(transaction, run);
    };
    const auto answer_of = [call, run, begun] {
        if (!*begun) return call->problem(runs_already);
        auto made = http::json_response(202, json::to_text(view(run)));
        made.headers.emplace_back("Location", std::string(runs_path) + "/" + run.id);
        return made;
    };
    change.log = [who = audit_log::operator_of(call->request), run,
                  begun]() -> std::optional<audit_log::Entry> {
        if (!*begun) return std::nullopt;
        return audit_log::Entry{who, {"order.reconcile", run.id, {}, {}}};
    };
    if (call->key) change.keep = [call, answer_of] { return call->entry(answer_of()); };
    change.done = [call, run, begun, answer_of](const std::optional<Error>& error) {
        if (error) return call->send(call->problem(*error));
        call->send(answer_of());
    };
    service.engine().write(std::move(change));
}

void ask(Service& service, const SharedCall& call) {
    const Time now = service.now();
    const auto span = reconcile::read_span(call->request.body, now);
    if (!span) return service.engine().refuse(call, span.error());
    service.engine().readers().run(
        [&service, call, span = *span, now](sql::Connection& connection) {
            begin(
                service, call,
                reconcile::planned(
                    connection, span.from, span.to, call->request.caller.user_id, now
                )
            );
        },
        [call] { call->give_up(); }
    );
}

void show(Service& service, const http::Request& request, http::Responder responder) {
    const auto& id = request.parameters.at(0);
    if (!is_id(reconcile::id_prefix, id)) return responder.refuse(no_such_run);
    service.engine().readers().run(
        std::move(responder),
        [id](sql::Connection& connection, http::Responder& answer) {
            const auto run = reconcile::find(connection, id);
            if (!run) return answer.refuse(no_such_run);
            answer.send(http::json_response(200, json::to_text(view(*run))));
        }
    );
}

void list(Service& service, const http::Request& request, http::Responder responder) {
    http::Query query(request);
    const auto page = query.page(reconcile::id_prefix);
    if (const auto fault = query.fault()) return responder.refuse(*fault);
    service.engine().readers().run(
        std::move(responder),
        [page](sql::Connection& connection, http::Responder& answer) {
            std::vector<reconcile::RunView> shown;
            for (const auto& run : reconcile::list(connection, page.before, page.limit + 1)) {
                shown.push_back(view(run));
            }
            answer.send(http::list_response(page, std::move(shown)));
        }
    );
}

void list_findings(Service& service, const http::Request& request, http::Responder responder) {
    const auto& id = request.parameters.at(0);
    if (!is_id(reconcile::id_prefix, id)) return responder.refuse(no_such_run);
    http::Query query(request);
    const auto page = query.page(reconcile::finding_prefix);
    if (const auto fault = query.fault()) return responder.refuse(*fault);
    service.engine().readers().run(
        std::move(responder),
        [id, page](sql::Connection& connection, http::Responder& answer) {
            if (!reconcile::find(connection, id)) return answer.refuse(no_such_run);
            std::vector<reconcile::FindingView> shown;
            const auto found =
                reconcile::list_findings(connection, id, page.before, page.limit + 1);
            for (const auto& one : found) shown.push_back(reconcile::view(one.id, one.finding));
            answer.send(http::list_response(page, std::move(shown)));
        }
    );
}

}  // namespace

std::vector<http::Route> reconcile_routes(Service& service) {
    using enum http::Access;
    using http::Method::get;
    using http::Method::post;
    const auto plain = [&](void (*use)(Service&, const http::Request&, http::Responder)
                       ) -> http::Handler {
        return [&service, use](const http::Request& request, http::Responder responder) {
            use(service, request, std::move(responder));
        };
    };
    return {
        {post, runs_path, admin,
         service.engine().keyed([&service](const SharedCall& call) { ask(service, call); })},
        {get, runs_path, admin, plain(list)},
        {get, "/v1/admin/order/reconciliations/{id}", admin, plain(show)},
        {get, "/v1/admin/order/reconciliations/{id}/findings", admin, plain(list_findings)},
    };
}

void take_checked(Service& service, const bus::Message& message, dead_letter::Answered answered) {
    auto checked = reconcile::read_checked(message.payload);
    if (!checked) return answered(dead_letter::refused("it is not an answer of the ledger"));
    dead_letter::Change change;
    change.record = [checked = std::move(*checked)](sql::Transaction& transaction, Time, auto&) {
        reconcile::save_answer(transaction, checked);
    };
    change.done = [answered = std::move(answered)](const std::optional<Error>& error) mutable {
        answered(error ? dead_letter::outcome_of(*error) : dead_letter::done());
    };
    service.engine().write(std::move(change));
}

}  // namespace pay::order
