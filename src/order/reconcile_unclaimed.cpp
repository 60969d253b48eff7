#include "order/reconcile_unclaimed.hpp"

#include "order/reconcile_rules.hpp"
#include "order/store.hpp"

namespace pay::order::reconcile {

void Unclaimed::begin() {
    if (x_desk.stopped) return end(std::nullopt);
    if (x_receipts.empty()) return end(std::move(x_findings));
    const std::string receipt = std::move(x_receipts.back());
    x_receipts.pop_back();
    x_desk.gateway.find(receipt, [self = shared_from_this(), receipt](gateway::Found payment) {
        if (!payment) return self->list(silent(receipt));
        const bool stands = *payment && (*payment)->charged();
        stands ? self->found(**payment) : self->begin();
    });
}

void Unclaimed::found(const gateway::Payment& payment) {
    x_desk.service.engine().readers().run(
        [self = shared_from_this(), payment](sql::Connection& connection) {
            if (find_order_by_receipt(connection, payment.receipt_id)) return self->begin();
            const bool known = find_order(connection, payment.order_id).has_value();
            known ? self->observe(payment) : self->list(unclaimed(payment));
        },
        [self = shared_from_this()] { self->end(std::nullopt); }
    );
}

/// Its order came after it. A payment that is refused all the same goes back.
void Unclaimed::observe(gateway::Payment payment) {
    auto finding = unclaimed(payment);
    const auto order_id = payment.order_id;
    PaymentFlow::Asker asker{
        [self = shared_from_this(), finding](Result<Answer> result) mutable {
            finding.mended = result.has_value();
            if (finding.mended) finding.command.clear();
            self->list(std::move(finding));
        },
        {},
        {},
        {},
        {Source::reconcile, {}}
    };
    x_desk.flow.observe(order_id, std::move(payment), std::move(asker));
}

void Unclaimed::list(Finding finding) {
    x_findings.push_back(std::move(finding));
    begin();
}

void Unclaimed::end(std::optional<std::vector<Finding>> findings) {
    if (auto done = std::exchange(x_done, nullptr)) done(std::move(findings));
}

}  // namespace pay::order::reconcile
