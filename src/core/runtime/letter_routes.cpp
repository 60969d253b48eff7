#include "core/runtime/letter_routes.hpp"

#include "core/dead_letter/wire.hpp"
#include "core/http/query.hpp"
#include "core/ident/ident.hpp"

namespace pay {
namespace {

using dead_letter::id_prefix;
using SharedCall = std::shared_ptr<Call>;

const Error not_found{Code::not_found, {}, {}, {}};

struct Letters {
    LetterDesk desk;
    std::string service;
};

void list(Letters& letters, const http::Request& request, http::Responder responder) {
    http::Query query(request);
    const auto page = query.page(id_prefix);
    if (const auto fault = query.fault()) return responder.refuse(*fault);
    letters.desk.readers.run(
        std::move(responder),
        [page, service = letters.service](sql::Connection& connection, http::Responder& answer) {
            std::vector<dead_letter::LetterView> views;
            for (const auto& letter : dead_letter::list(connection, page.before, page.limit + 1)) {
                views.push_back(view_of(letter, service));
            }
            answer.send(http::list_response(page, std::move(views)));
        }
    );
}

void show(Letters& letters, const http::Request& request, http::Responder responder) {
    const auto& id = request.parameters.at(0);
    if (!is_id(id_prefix, id)) return responder.refuse(not_found);
    letters.desk.readers.run(
        std::move(responder),
        [id, service = letters.service](sql::Connection& connection, http::Responder& answer) {
            const auto letter = dead_letter::find(connection, id);
            if (!letter) return answer.refuse(not_found);
            const auto waiting = dead_letter::count_behind(connection, letter->lane, letter->place);
            const auto view = whole_view_of(*letter, service, waiting);
            answer.send(http::json_response(200, json::to_text(view)));
        }
    );
}

void replay(Letters& letters, const SharedCall& call) {
    auto& desk = letters.desk;
    const auto id = call->request.parameters.at(0);
    if (!is_id(id_prefix, id)) return desk.answer(call, call->problem(not_found));
    auto body = audit_log::read_reason(call->request.body);
    if (!body) return desk.answer(call, call->problem(body.error()));
    dead_letter::ReplayOrder order{audit_log::operator_of(call->request), std::move(body->reason)};
    desk.letterbox.replay(
        id, std::move(order),
        [&desk, call](const Result<dead_letter::Replayed>& result) {
            desk.answer(
                call, result ? http::json_response(200, dead_letter::to_text(*result))
                             : call->problem(result.error())
            );
        }
    );
}

/// What a discarded letter leaves behind.
struct Discarded {
    dead_letter::Lane lane = 0;
    std::int64_t waiting = 0;
};

std::optional<Discarded> discard_letter(sql::Transaction& transaction, const std::string& id) {
    const auto letter = dead_letter::find(transaction.connection(), id);
    if (!letter || !dead_letter::remove(transaction, id)) return std::nullopt;
    return Discarded{letter->lane, dead_letter::count(transaction, letter->lane)};
}

/// The row and the answer under the key go in one transaction.
void discard(Letters& letters, const SharedCall& call) {
    auto& desk = letters.desk;
    const auto id = call->request.parameters.at(0);
    if (!is_id(id_prefix, id)) return desk.answer(call, call->problem(not_found));
    const auto body = audit_log::read_reason(call->request.body);
    if (!body) return desk.answer(call, call->problem(body.error()));
    const auto found = std::make_shared<std::optional<Discarded>>();
    dead_letter::Change change;
    change.record = [id, found](sql::Transaction& transaction, Time, auto&) {
        *found = discard_letter(transaction, id);
    };
    const auto answer_of = [call, id, found] {
        if (!*found) return call->problem(not_found);
        const dead_letter::DiscardedView view{id, (*found)->waiting};
        return http::json_response(200, json::to_text(view));
    };
    change.log = [who = audit_log::operator_of(call->request), id, found,
                  reason = body->reason]() -> std::optional<audit_log::Entry> {
        if (!*found) return std::nullopt;
        const audit_log::Change gone{"letter", "parked", std::nullopt};
        return audit_log::Entry{who, {"dead_letter.discard", id, reason, {gone}}};
    };
    if (call->key) change.keep = [call, answer_of] { return call->entry(answer_of()); };
    change.done = [&desk, call, found, answer_of](const std::optional<Error>& error) {
        if (error) return call->send(call->problem(*error));
        if (*found) desk.letterbox.removed((*found)->lane, 1, (*found)->waiting);
        call->send(answer_of());
    };
    desk.write(std::move(change));
}

}  // namespace

LetterPaths::LetterPaths(std::string its_service)
    : service(std::move(its_service)),
      all("/v1/admin/" + service + "/dead-letters"),
      one(all + "/{id}"),
      replay(one + "/replay"),
      discard(one + "/discard") {}

std::vector<http::Route> letter_routes(const LetterPaths& paths, LetterDesk desk) {
    using enum http::Access;
    using http::Method::get;
    using http::Method::post;
    const auto letters = std::make_shared<Letters>(std::move(desk), paths.service);
    const auto plain = [&](void (*use)(Letters&, const http::Request&, http::Responder)
                       ) -> http::Handler {
        return [letters, use](const http::Request& request, http::Responder responder) {
            use(*letters, request, std::move(responder));
        };
    };
    const auto keyed = [&](void (*use)(Letters&, const SharedCall&)) {
        return letters->desk.keyed([letters, use](const SharedCall& call) { use(*letters, call); });
    };
    return {
        {get, paths.all, admin, plain(list)},
        {get, paths.one, admin, plain(show)},
        {post, paths.replay, admin, keyed(replay)},
        {post, paths.discard, admin, keyed(discard)},
    };
}

}  // namespace pay
