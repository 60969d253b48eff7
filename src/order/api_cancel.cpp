#include "order/api_cancel.hpp"

#include "core/http/query.hpp"
#include "core/ident/ident.hpp"
#include "order/answering.hpp"
#include "order/store.hpp"
#include "order/wire.hpp"

namespace pay::order {
namespace {

using SharedCall = std::shared_ptr<Call>;

constexpr Duration preview_pause{20};
constexpr Duration longest_preview{5'000};

/// A simulated cancel that waits for what the point service would say. The reply may come to any
/// instance, so it is read from its row.
class Preview : public std::enable_shared_from_this<Preview> {
 public:
    Preview(Service& service, http::Io& io, SharedCall call, const Answer& asked)
        : x_service(service),
          x_io(io),
          x_call(std::move(call)),
          x_order(asked.order),
          x_cancellation(*asked.cancellation) {}

    void go_on() {
        if (x_cancellation.over()) return answer();
        if (x_waited >= longest_preview) {
            return x_service.engine().refuse(x_call, {Code::unavailable, {}, {}, {}});
        }
        x_waited += preview_pause;
        x_timer = x_io.after(preview_pause, [self = shared_from_this()] { self->look(); });
    }

 private:
    void look() {
        x_service.engine().readers().run(
            [self = shared_from_this()](sql::Connection& connection) {
                if (auto now = find_cancellation(connection, self->x_cancellation.id)) {
                    self->x_cancellation = std::move(*now);
                }
                self->go_on();
            },
            [call = x_call] { call->give_up(); }
        );
    }

    void answer() {
        x_service.engine().answer(
            x_call, http::json_response(
                        200, preview_json(x_order, x_cancellation, x_call->request.language)
                    )
        );
    }

    Service& x_service;
    http::Io& x_io;
    SharedCall x_call;
    Order x_order;
    Cancellation x_cancellation;
    Duration x_waited{0};
    std::shared_ptr<http::Io::Timer> x_timer;
};

struct Simulation {
    bool wanted = false;
    std::optional<Error> fault;
};

Simulation simulation_of(const http::Request& request) {
    http::Query query(request);
    const auto text = query.text("simulate");
    if (text && *text != "true" && *text != "false") {
        query.refuse("simulate", {"It is true or false.", "true 또는 false입니다."});
    }
    return {text == "true", query.fault()};
}

/// What an admin's cancel is in the log of operators' actions.
Writer<Service>::Log log_of(const Call& call, const Cancel& wish) {
    return Engine<Service>::log_of(
        call,
        [id = wish.order_id,
         reason = wish.reason](const Answer& answer) -> std::optional<audit_log::Act> {
            if (answer.refusal || !answer.cancellation) return std::nullopt;
            const auto& begun = *answer.cancellation;
            return audit_log::Act{
                "order.cancel",
                id,
                reason,
                {{"cancellation", {}, begun.id},
                 {"amount", {}, std::to_string(begun.amount.value())}}
            };
        }
    );
}

void cancel_order(Service& service, PaymentFlow& flow, http::Io& io, SharedCall call) {
    const auto simulation = simulation_of(call->request);
    if (simulation.fault) return service.engine().refuse(call, *simulation.fault);
    const std::string id = call->request.parameters.at(0);
    if (!is_id(prefix::order, id)) return service.engine().refuse(call, not_found());
    auto body = read_cancel(call->request.body);
    if (!body) return service.engine().refuse(call, body.error());
    const auto& caller = call->request.caller;
    Cancel wish;
    wish.cancellation_id = make_id(prefix::cancellation, service.now());
    wish.order_id = id;
    if (!caller.admin()) wish.user_id = caller.user_id;
    wish.asked_by = caller.user_id;
    wish.amount = body->amount;
    wish.reason = body->reason.value_or(std::string{});
    wish.account = std::move(body->refund_account);
    wish.simulate = simulation.wanted;
    wish.request_id = call->request.request_id;
    if (!wish.simulate) {
        auto asker = Asking(service, io, call, 202).asker();
        if (caller.admin()) asker.log = log_of(*call, wish);
        return flow.execute(std::move(wish), std::move(asker));
    }
    PaymentFlow::Asker asker;
    asker.traceparent = call->request.traceparent;
    asker.done = [&service, &io, call](Result<Answer> result) {
        if (!result) return service.engine().refuse(call, result.error());
        std::make_shared<Preview>(service, io, call, *result)->go_on();
    };
    flow.execute(std::move(wish), std::move(asker));
}

void list_cancellations(Service& service, const http::Request& request, http::Responder responder) {
    const auto& id = request.parameters.at(0);
    if (!is_id(prefix::order, id)) return responder.refuse(not_found());
    service.engine().readers().run(
        std::move(responder),
        [id, caller = request.caller,
         language = request.language](sql::Connection& connection, http::Responder& answer) {
            const auto order = find_order(connection, id);
            const bool sees = order && (caller.admin() || caller.user_id == order->user_id);
            if (!sees) return answer.refuse(not_found());
            std::vector<CancellationView> shown;
            for (const auto& one : cancellations_of(connection, id)) {
                shown.push_back(view(one, language));
            }
            answer.send(http::list_response({.limit = most_cancellations}, std::move(shown)));
        }
    );
}

}  // namespace

std::vector<http::Route> cancel_routes(Service& service, PaymentFlow& flow, http::Io& io) {
    using http::Access;
    using http::Method::get;
    using http::Method::post;
    return {
        {post, "/v1/orders/{id}/cancel", Access::user,
         service.engine().keyed([&service, &flow, &io](SharedCall call) {
             cancel_order(service, flow, io, std::move(call));
         })},
        {get, "/v1/orders/{id}/cancellations", Access::user,
         [&service](const http::Request& request, http::Responder responder) {
             list_cancellations(service, request, std::move(responder));
         }},
    };
}

}  // namespace pay::order
