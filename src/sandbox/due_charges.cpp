#include "sandbox/due_charges.hpp"

#include <mutex>
#include <utility>

#include "sandbox/wire.hpp"

namespace pay::sandbox {
namespace {

void run(Desk& desk, const Reservation& reservation) {
    const Purchase purchase{
        .order_id = reservation.order_id,
        .order_name = reservation.order_name,
        .user_id = reservation.user_id,
        .price = reservation.price,
        .tax_free = reservation.tax_free,
    };
    const auto outcome = desk.charge({reservation.billing_key, purchase});
    desk.keys.finish(reservation.reserve_id, outcome ? outcome->receipt.receipt_id : "");
    if (outcome) desk.tell(webhook_body(outcome->receipt, outcome->effect));
}

}  // namespace

struct DueCharges::State : std::enable_shared_from_this<State> {
    State(http::Io& on, std::shared_ptr<Desk> its_desk, Duration its_period)
        : io(on), desk(std::move(its_desk)), period(its_period) {}

    http::Io& io;
    const std::shared_ptr<Desk> desk;
    const Duration period;
    std::mutex mutex;
    bool stopped = true;
    std::shared_ptr<http::Io::Timer> timer;

    /// The lock is held while charges run: stop() then knows that none does.
    void tick() {
        const std::lock_guard lock(mutex);
        if (stopped) return;
        for (const Reservation& reservation : desk->keys.start_due()) run(*desk, reservation);
        arm();
    }

    void arm() {
        timer = io.after(period, [weak = weak_from_this()] {
            if (const auto state = weak.lock()) state->tick();
        });
    }
};

DueCharges::DueCharges(http::Io& io, std::shared_ptr<Desk> desk, Duration period)
    : x_state(std::make_shared<State>(io, std::move(desk), period)) {}

DueCharges::~DueCharges() {
    stop();
}

void DueCharges::start() {
    const std::lock_guard lock(x_state->mutex);
    x_state->stopped = false;
    x_state->arm();
}

void DueCharges::stop() {
    const std::lock_guard lock(x_state->mutex);
    x_state->stopped = true;
    x_state->timer = nullptr;
}

}  // namespace pay::sandbox
