#pragma once

#include "order/reconcile_page.hpp"

namespace pay::order::reconcile {

/// Receipts that webhooks told of and nobody claimed, looked up again one after another: they may
/// have been returned since, or their order is known by now. Any thread; ends itself.
class Unclaimed : public std::enable_shared_from_this<Unclaimed> {
 public:
    Unclaimed(Desk& desk, std::vector<std::string> receipt_ids, Page::Done done)
        : x_desk(desk), x_receipts(std::move(receipt_ids)), x_done(std::move(done)) {}

    /// The next receipt; after the last, it is done.
    void begin();

 private:
    void found(const gateway::Payment& payment);
    void observe(gateway::Payment payment);
    void list(Finding finding);
    void end(std::optional<std::vector<Finding>> findings);

    Desk& x_desk;
    std::vector<std::string> x_receipts;
    Page::Done x_done;
    std::vector<Finding> x_findings;
};

}  // namespace pay::order::reconcile
