#include "order/operator_api.hpp"

#include <algorithm>
#include <charconv>

#include "core/http/query.hpp"
#include "core/ident/ident.hpp"
#include "order/operator_wire.hpp"
#include "order/sales.hpp"
#include "order/timeline.hpp"

namespace pay::order {
namespace {

/// Where the last page of the list ended: `1.1772414130000.ord_…`.
using Place = std::tuple<int, Time, std::string>;

std::string cursor_of(const Place& place) {
    const auto& [rank, since, id] = place;
    return std::to_string(rank) + '.' + std::to_string(to_epoch_ms(since)) + '.' + id;
}

std::optional<Place> read_place(std::string_view text) {
    int rank = 0;
    std::int64_t since = 0;
    const char* const end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, rank);
    if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '.') return std::nullopt;
    const auto second = std::from_chars(first.ptr + 1, end, since);
    if (second.ec != std::errc{} || second.ptr == end || *second.ptr != '.') return std::nullopt;
    const std::string id(second.ptr + 1, end);
    if (!is_id(prefix::order, id)) return std::nullopt;
    return Place{rank, from_epoch_ms(since), id};
}

struct Wanted {
    std::int64_t limit = 20;
    std::optional<Place> after{};
};

/// `cursor` is another one than of lists by id, so it is read here.
Wanted read_wanted(http::Query& query) {
    Wanted wanted;
    wanted.limit = query.limit();
    if (const auto cursor = query.text("cursor")) {
        wanted.after = read_place(*cursor);
        if (!wanted.after) query.refuse_cursor();
    }
    return wanted;
}

std::string list_of(std::vector<Concern> found, const Wanted& wanted, http::Language language) {
    if (wanted.after) {
        const auto rest = std::ranges::upper_bound(found, *wanted.after, {}, &Concern::place);
        found.erase(found.begin(), rest);
    }
    std::optional<std::string> next;
    if (found.size() > static_cast<std::size_t>(wanted.limit)) {
        found.resize(static_cast<std::size_t>(wanted.limit));
        next = cursor_of(found.back().place());
    }
    std::vector<ConcernView> shown;
    for (const auto& concern : found) shown.push_back(view(concern, language));
    std::string body = "{\"data\":";
    json::write(body, shown);
    body += ",\"next_cursor\":";
    json::write(body, next);
    body += '}';
    return body;
}

void show_page(Service& service, const http::Request& request, http::Responder responder) {
    const auto& id = request.parameters.at(0);
    http::Query query(request);
    if (const auto fault = query.fault()) return responder.refuse(*fault);
    if (!is_id(prefix::order, id)) return responder.refuse(not_found());
    service.engine().readers().run(
        std::move(responder),
        [&service, id,
         language = request.language](sql::Connection& connection, http::Responder& answer) {
            const auto dossier = find_dossier(connection, id);
            if (!dossier) return answer.refuse(not_found());
            auto page = page_of(*dossier, service.settings(), service.now(), language);
            const auto wanted = [&service](auto topic) { return service.engine().wanted(topic); };
            page.timeline = timeline_of(*dossier, language, wanted);
            answer.send(http::json_response(200, json::to_text(page)));
        }
    );
}

void list_concerns(Service& service, const http::Request& request, http::Responder responder) {
    http::Query query(request);
    const auto wanted = read_wanted(query);
    if (const auto fault = query.fault()) return responder.refuse(*fault);
    service.engine().readers().run(
        std::move(responder),
        [wanted, now = service.now(),
         language = request.language](sql::Connection& connection, http::Responder& answer) {
            auto body = list_of(concerns(connection, now), wanted, language);
            answer.send(http::json_response(200, std::move(body)));
        }
    );
}

void show_sales(Service& service, const http::Request& request, http::Responder responder) {
    http::Query query(request);
    const auto chart = http::read_chart(query, service.now());
    if (const auto fault = query.fault()) return responder.refuse(*fault);
    service.engine().readers().run(
        std::move(responder),
        [chart](sql::Connection& connection, http::Responder& answer) {
            answer.send(http::json_response(200, json::to_text(sales_of(connection, chart))));
        }
    );
}

}  // namespace

std::vector<http::Route> operator_views(Service& service) {
    using enum http::Access;
    using http::Method::get;
    const auto plain = [&](void (*use)(Service&, const http::Request&, http::Responder)
                       ) -> http::Handler {
        return [&service, use](const http::Request& request, http::Responder responder) {
            use(service, request, std::move(responder));
        };
    };
    return {
        {get, "/v1/admin/order/orders/{id}", admin, plain(show_page)},
        {get, "/v1/admin/order/attention", admin, plain(list_concerns)},
        {get, "/v1/admin/order/sales", admin, plain(show_sales)},
    };
}

}  // namespace pay::order
