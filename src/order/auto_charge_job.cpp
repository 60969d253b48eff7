#include "order/auto_charge_job.hpp"

#include "core/ident/ident.hpp"
#include "order/store_auto_charge.hpp"

namespace pay::order {
namespace {

constexpr Duration look_pause{250};
constexpr std::int64_t most_at_a_look = 64;

}  // namespace

/// One look and what came of it; over when the last of it lets go.
struct AutoChargeJob::Round {
    explicit Round(std::atomic<bool>& its_busy) : busy(its_busy) {}
    ~Round() { busy = false; }
    Round(const Round&) = delete;
    Round& operator=(const Round&) = delete;

    std::atomic<bool>& busy;
};

void AutoChargeJob::start() {
    x_looks = std::make_unique<Repeating>(x_io, look_pause, [this] { look(); });
}

void AutoChargeJob::stop() {
    x_looks.reset();
}

void AutoChargeJob::look() {
    if (!x_service.engine().instances().leads() || x_busy.exchange(true)) return;
    const auto round = std::make_shared<Round>(x_busy);
    x_service.engine().readers().run(
        [this, round](sql::Connection& connection) {
            const Time now = x_service.now();
            for (const auto& key : due_revocations(connection, now, most_at_a_look)) {
                destroy(key, round);
            }
            for (const auto& id : due_auto_charges(connection, now, most_at_a_look)) {
                drive(id, round);
            }
        },
        [round] {}
    );
}

void AutoChargeJob::submit(Command command) {
    x_service.engine().writer().submit({std::move(command), [](const Result<Answer>&) {}, {}, {}});
}

void AutoChargeJob::drive(const std::string& id, std::shared_ptr<Round> round) {
    x_service.engine().writer().submit(
        {DriveAutoCharge{id, make_id(prefix::order, x_service.now())},
         [this, round](const Result<Answer>& result) {
             if (result && result->next == Next::charge) charge(*result);
         },
         {},
         {}}
    );
}

void AutoChargeJob::charge(const Answer& answer) {
    // A process that slept since its intent must not call: the order may have ended without it.
    const Duration fresh = x_service.settings().approval_recheck / 2;
    if (x_service.now() - *answer.auto_charge->charge_called_at > fresh) {
        return ended(answer, std::unexpected(gateway::Refusal::not_sent));
    }
    const gateway::Charge call{
        .billing_key = answer.billing_key->key,
        .order_id = answer.order.id,
        .order_name = answer.order.item_name,
        .price = *answer.order.amount,
        .user_id = answer.order.user_id,
    };
    x_billing.charge(call, [this, answer](gateway::Approved outcome) {
        ended(answer, std::move(outcome));
    });
}

void AutoChargeJob::ended(const Answer& asked, gateway::Approved outcome) {
    if (outcome) {
        return x_flow.observe(
            asked.order.id, std::move(*outcome),
            {[](Result<Answer>) {}, {}, {}, {}, {Source::charge, {}}}
        );
    }
    submit(ChargeRefused{
        asked.auto_charge->id, asked.order.id, outcome.error(), asked.auto_charge->charge_called_at
    });
}

void AutoChargeJob::destroy(const BillingKey& key, std::shared_ptr<Round> round) {
    x_billing.revoke_key(key.key, [this, id = key.id, round](gateway::Revoked outcome) {
        submit(KeyDestroyed{id, outcome || outcome.error() == gateway::Refusal::refused});
    });
}

}  // namespace pay::order
