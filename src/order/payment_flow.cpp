#include "order/payment_flow.hpp"

#include "core/ident/ident.hpp"

namespace pay::order {
namespace {

constexpr std::string_view refund_reason = "주문 취소";

Error no_such_receipt() {
    return {
        Code::receipt_invalid,
        {"The gateway knows no such receipt.", "결제 대행사에 없는 영수증입니다."},
        {},
        {}
    };
}

}  // namespace

bool settled(gateway::Stage stage) {
    switch (stage) {
        case gateway::Stage::paid:
        case gateway::Stage::canceled:
        case gateway::Stage::declined:
        case gateway::Stage::failed:
            return true;
        case gateway::Stage::not_yet:
        case gateway::Stage::approvable:
        case gateway::Stage::in_progress:
        case gateway::Stage::awaiting_deposit:
            break;
    }
    return false;
}

Error gateway_error(gateway::Trouble trouble) {
    const bool late = trouble == gateway::Trouble::timed_out;
    return {late ? Code::payment_gateway_timeout : Code::payment_gateway_unavailable, {}, {}, {}};
}

void PaymentFlow::confirm(
    std::string order_id, std::string user_id, std::string receipt_id, Asker asker
) {
    auto shared = std::make_shared<Asker>(std::move(asker));
    const std::string& receipt = receipt_id;
    x_gateway.find(
        receipt,
        [this, shared, order_id = std::move(order_id),
         user_id = std::move(user_id)](gateway::Found found) mutable {
            if (!found) return shared->done(gateway_error(found.error()));
            if (!*found) return shared->done(no_such_receipt());
            submit(
                heard(std::move(order_id), std::move(user_id), std::move(**found), shared->asked),
                shared
            );
        }
    );
}

void PaymentFlow::place(NewOrder order, std::string receipt_id, Asker asker) {
    auto shared = std::make_shared<Asker>(std::move(asker));
    const std::string receipt = receipt_id;
    x_gateway.find(
        receipt,
        [this, shared, order = std::move(order),
         receipt_id = std::move(receipt_id)](gateway::Found found) mutable {
            if (found && *found)
                return submit(PlacePaid{std::move(order), std::move(**found)}, shared);
            if (found) return shared->done(no_such_receipt());
            const Error silent = gateway_error(found.error());
            Writer<Service>::Job job{Place{std::move(order), std::move(receipt_id)}, {}, {}, {}};
            job.traceparent = shared->traceparent;
            // The call fails, but what it made is remembered: its repeat goes on with the order.
            job.keep = [shared, silent](const Result& result) -> std::optional<idempotency::Entry> {
                if (!shared->keep || !result) return std::nullopt;
                Answer unfinished = *result;
                unfinished.next = Next::await;
                return shared->keep(unfinished);
            };
            job.done = [shared, silent](Result result) {
                Error error = result ? silent : result.error();
                if (result) error.order_id = result->order.id;
                shared->done(std::move(error));
            };
            x_service.engine().writer().submit(std::move(job));
        }
    );
}

void PaymentFlow::observe(std::string order_id, gateway::Payment payment, Asker asker) {
    auto confirm = heard(std::move(order_id), {}, std::move(payment), asker.asked);
    submit(std::move(confirm), std::make_shared<Asker>(std::move(asker)));
}

Confirm PaymentFlow::heard(
    std::string order_id, std::string user_id, gateway::Payment payment, Asked asked
) const {
    Confirm confirm{std::move(order_id), std::move(user_id), std::move(payment)};
    confirm.asked = std::move(asked);
    if (confirm.payment.canceled > Won{0}) {
        confirm.cancellation_id = make_id(prefix::cancellation, x_service.now());
    }
    return confirm;
}

void PaymentFlow::submit(Command command, std::shared_ptr<Asker> asker) {
    Writer<Service>::Job job{std::move(command), {}, {}, asker->traceparent};
    if (asker->keep) job.keep = [asker](const Result& result) { return asker->keep(result); };
    job.log = std::move(asker->log);
    job.done = [this, asker](Result result) { settle(asker, std::move(result)); };
    x_service.engine().writer().submit(std::move(job));
}

void PaymentFlow::settle(std::shared_ptr<Asker> asker, Result result) {
    if (!result) return asker->done(std::move(result));
    switch (result->next) {
        case Next::approve:
            return approve(std::move(asker), result->order);
        case Next::await:
            return await_other(std::move(asker), result->order);
        case Next::refund:
            if (x_refund_due) x_refund_due();
            break;
        case Next::cancel:
        case Next::charge:
        case Next::nothing:
            break;
    }
    asker->done(std::move(result));
}

void PaymentFlow::approve(std::shared_ptr<Asker> asker, const Order& order) {
    // A process that slept since its intent must not call: the order may have ended without it. The
    // driver looks again when the intent is old enough.
    const Duration fresh = x_service.settings().approval_recheck / 2;
    if (x_service.now() - *order.approval_at > fresh) {
        return asker->done(gateway_error(gateway::Trouble::timed_out));
    }
    x_gateway.approve(
        order.receipt_id,
        [this, asker, order_id = order.id, receipt_id = order.receipt_id,
         asked_at = order.approval_at](gateway::Approved outcome) mutable {
            const bool told = outcome || outcome.error() == gateway::Refusal::declined ||
                              outcome.error() == gateway::Refusal::not_sent;
            if (!told) {
                return look_again(
                    asker, std::move(order_id), std::move(receipt_id), std::move(outcome)
                );
            }
            submit(
                ApprovalEnded{
                    std::move(order_id), std::move(receipt_id), std::move(outcome), asked_at
                },
                asker
            );
        }
    );
}

void PaymentFlow::look_again(
    std::shared_ptr<Asker> asker, std::string order_id, std::string receipt_id,
    gateway::Approved outcome
) {
    const std::string receipt = receipt_id;
    x_gateway.find(
        receipt,
        [this, asker, order_id = std::move(order_id), receipt_id = std::move(receipt_id),
         outcome = std::move(outcome)](gateway::Found found) mutable {
            const bool told = found && *found && settled((*found)->stage);
            if (told) {
                const Asked again{Source::recheck, {}};
                return submit(heard(std::move(order_id), {}, std::move(**found), again), asker);
            }
            submit(
                ApprovalEnded{std::move(order_id), std::move(receipt_id), std::move(outcome)}, asker
            );
        }
    );
}

void PaymentFlow::await_other(std::shared_ptr<Asker> asker, const Order& order) {
    wait_for(
        x_service.watchers(), x_io, order.id, x_service.settings().approval_recheck,
        [receipt = order.receipt_id](const Order& changed) {
            return changed.status != Status::PENDING || changed.receipt_id != receipt ||
                   !changed.approval_at;
        },
        [this, asker, order_id = order.id, user_id = order.user_id,
         receipt_id = order.receipt_id](std::optional<Order> changed) {
            if (!changed) return asker->done(gateway_error(gateway::Trouble::timed_out));
            // The other's outcome is in the gateway's record now: ask for it, and answer alike.
            Asker again{
                [asker](Result result) { asker->done(std::move(result)); },
                asker->keep,
                asker->traceparent,
                {},
                asker->asked
            };
            confirm(order_id, user_id, receipt_id, std::move(again));
        }
    );
}

void PaymentFlow::deliver(
    const bus::Message& message, Command command, dead_letter::Answered answered
) {
    Writer<Service>::Job job{std::move(command), {}, {}, message.traceparent};
    job.done = [this, answered = std::move(answered)](Result result) mutable {
        if (result && result->next == Next::refund && x_refund_due) x_refund_due();
        answered(result ? dead_letter::done() : dead_letter::outcome_of(result.error()));
    };
    x_service.engine().writer().submit(std::move(job));
}

void PaymentFlow::cancel(const Refund& refund, std::move_only_function<void(Result)> done) {
    // A process that slept since its intent must not call: another one may have repeated it. The
    // intent stands until a late look-up settles it.
    const Duration fresh = x_service.settings().refund_recheck / 2;
    if (x_service.now() - *refund.called_at > fresh) {
        return done(Error{Code::unavailable, {}, {}, {}});
    }
    gateway::Cancel call;
    call.receipt_id = refund.receipt_id;
    call.cancel_id = refund.cancel_id;
    if (refund.target) call.part = *refund.target - refund.canceled_before;
    call.reason = refund_reason;
    call.account = refund.account;
    x_gateway.cancel(
        call,
        [this, receipt_id = refund.receipt_id, called_at = refund.called_at,
         done = std::move(done)](gateway::Canceled outcome) mutable {
            RefundEnded ended{std::move(receipt_id), std::move(outcome), called_at};
            x_service.engine().writer().submit({std::move(ended), std::move(done), {}, {}});
        }
    );
}

}  // namespace pay::order
