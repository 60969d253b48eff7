#include "order/api_retry.hpp"

#include "core/ident/ident.hpp"
#include "core/json/names.hpp"
#include "order/answering.hpp"

namespace pay::order {
namespace {

/// For the log of operators' actions: what was made to happen.
audit_log::Act act_of(const Answer& answer, const std::string& reason) {
    const auto what = answer.refund ? std::string("refund of " + answer.refund->receipt_id)
                                    : std::string(json::name_of(answer.order.status));
    return {"order.retry", answer.order.id, reason, {{"step", {}, what}}};
}

void retry_order(
    Service& service, PaymentFlow& flow, http::Io& io, const std::shared_ptr<Call>& call
) {
    const auto body = audit_log::read_reason(call->request.body);
    if (!body) return service.engine().refuse(call, body.error());
    const auto& id = call->request.parameters.at(0);
    if (!is_id(prefix::order, id)) return service.engine().refuse(call, not_found());
    auto asker = Asking(service, io, call, 202).asker();
    asker.log = Engine<Service>::log_of(*call, [reason = body->reason](const Answer& answer) {
        return act_of(answer, reason);
    });
    flow.execute(Retry{id}, std::move(asker));
}

}  // namespace

http::Route retry_route(Service& service, PaymentFlow& flow, http::Io& io) {
    return {
        http::Method::post, "/v1/admin/order/orders/{id}/retry", http::Access::admin,
        service.engine().keyed([&service, &flow, &io](const std::shared_ptr<Call>& call) {
            retry_order(service, flow, io, call);
        })
    };
}

}  // namespace pay::order
