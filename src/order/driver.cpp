#include "order/driver.hpp"

#include <algorithm>

#include "core/log/log.hpp"
#include "order/store.hpp"

namespace pay::order {
namespace {

constexpr Duration turn_pause{200};
constexpr std::int64_t most_at_a_turn = 128;
constexpr std::uint64_t turns_between_clearings = 300;  // about a minute
constexpr Duration simulations_kept = std::chrono::minutes{10};
constexpr std::size_t most_at_once = 64;  // so that look-ups never crowd out the buyers' own

}  // namespace

/// One thing being worked on; free again when the last step lets go.
struct Driver::Work {
    Work(Driver& its_driver, std::string its_name, Time now)
        : driver(its_driver), name(std::move(its_name)), begun_at(now) {}
    ~Work() {
        const std::lock_guard lock(driver.x_mutex);
        driver.x_working.erase(name);
    }
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

    Driver& driver;
    std::string name;
    Time begun_at;  ///< the gateway is asked after it
};

Driver::Driver(
    Service& service, PaymentFlow& flow, gateway::Gateway& gateway, http::Io& io,
    std::shared_ptr<const Clock> clock
)
    : x_service(service), x_flow(flow), x_gateway(gateway), x_io(io), x_clock(std::move(clock)) {
    x_flow.on_refund_due([this] { kick(); });
}

Driver::~Driver() {
    stop();
}

void Driver::start() {
    {
        const std::lock_guard lock(x_mutex);
        x_stopped = false;
    }
    kick();
}

void Driver::stop() {
    const std::lock_guard lock(x_mutex);
    x_stopped = true;
    x_timer.reset();
}

void Driver::kick() {
    {
        const std::lock_guard lock(x_mutex);
        x_kicked = true;
    }
    turn();
}

void Driver::schedule() {
    bool again = false;
    {
        const std::lock_guard lock(x_mutex);
        x_looking = false;
        again = x_kicked;
        if (!x_stopped && !again) x_timer = x_io.after(turn_pause, [this] { turn(); });
    }
    if (again) turn();
}

void Driver::turn() {
    {
        const std::lock_guard lock(x_mutex);
        if (x_stopped || x_looking) return;
        x_looking = true;
        x_kicked = false;
    }
    x_service.engine().readers().run(
        [this](sql::Connection& connection) {
            look(connection);
            schedule();
        },
        [this] { schedule(); }
    );
}

void Driver::look(sql::Connection& connection) {
    x_flow.set_waiting_webhooks(waiting_webhooks(connection));
    if (!x_service.engine().instances().leads()) return;
    const Time now = x_clock->now();
    if (x_turns++ % turns_between_clearings == 0) clear_simulations(now);
    for (const auto& refund : due_refunds(connection, now, most_at_a_turn)) drive(refund);
    for (const auto& order : due_orders(connection, now, most_at_a_turn)) drive(order);
    for (const auto& webhook : due_webhooks(connection, now, most_at_a_turn))
        drive(connection, webhook);
}

/// What was only asked and answered.
void Driver::clear_simulations(Time now) {
    Writer<Service>::Job job{std::nullopt, [](Result<Answer>) {}, {}, {}};
    job.record = [before = now - simulations_kept](sql::Transaction& transaction, Time, auto&) {
        delete_simulations(transaction, before);
    };
    x_service.engine().writer().submit(std::move(job));
}

std::shared_ptr<Driver::Work> Driver::take(const std::string& name) {
    const std::lock_guard lock(x_mutex);
    if (x_stopped || x_working.size() >= most_at_once) return nullptr;
    if (!x_working.insert(name).second) return nullptr;
    return std::make_shared<Work>(*this, name, x_clock->now());
}

void Driver::submit(Command command, std::shared_ptr<Work> work) {
    x_service.engine().writer().submit({std::move(command), [work](Result<Answer>) {}, {}, {}});
}

void Driver::drive(const Order& order) {
    if (order.status != Status::PENDING || order.paid_with_points()) {
        if (auto work = take(order.id)) wake(order.id, true, std::move(work));
    } else if (auto work = take(order.id)) {
        const bool holds = !order.receipt_id.empty();
        if (holds) return ask_by_receipt(order.id, order.receipt_id, true, std::move(work));
        if (order.presented_receipt_id.empty()) return ask_by_order(order.id, {}, std::move(work));
        ask_by_receipt(order.id, order.presented_receipt_id, false, std::move(work));
    }
}

void Driver::wake(std::string order_id, bool asked, std::shared_ptr<Work> work) {
    const Time asked_at = work->begun_at;
    submit(Wake{std::move(order_id), asked, asked_at}, std::move(work));
}

void Driver::ask_by_receipt(
    std::string order_id, const std::string& receipt_id, bool held, std::shared_ptr<Work> work
) {
    x_gateway.find(
        receipt_id,
        [this, work, held, order_id = std::move(order_id)](gateway::Found found) mutable {
            if (!found) return wake(std::move(order_id), false, std::move(work));
            std::vector<gateway::Payment> payments;
            if (*found) payments.push_back(std::move(**found));
            if (held) return observe(std::move(order_id), std::move(payments), std::move(work));
            // A receipt that only was presented may be no good: another one may have paid the
            // order.
            ask_by_order(std::move(order_id), std::move(payments), std::move(work));
        }
    );
}

void Driver::ask_by_order(
    std::string order_id, std::vector<gateway::Payment> known, std::shared_ptr<Work> work
) {
    const std::string order = order_id;
    x_gateway.find_by_order(
        order,
        [this, work, order_id = std::move(order_id),
         known = std::move(known)](gateway::FoundAll found) mutable {
            if (!found) return wake(std::move(order_id), false, std::move(work));
            for (auto& payment : *found) {
                const bool twice = std::ranges::any_of(known, [&](const auto& other) {
                    return other.receipt_id == payment.receipt_id;
                });
                if (!twice) known.push_back(std::move(payment));
            }
            // The charged one first: it pays the order, and the others are found to be second.
            std::ranges::stable_sort(known, [](const auto& left, const auto& right) {
                return left.charged() && !right.charged();
            });
            observe(std::move(order_id), std::move(known), std::move(work));
        }
    );
}

void Driver::observe(
    std::string order_id, std::vector<gateway::Payment> payments, std::shared_ptr<Work> work
) {
    if (payments.empty()) return wake(std::move(order_id), true, std::move(work));
    gateway::Payment first = std::move(payments.front());
    payments.erase(payments.begin());
    const std::string order = order_id;
    PaymentFlow::Asker next{
        [this, order_id = std::move(order_id), payments = std::move(payments),
         work](Result<Answer> result) mutable {
            // What the gateway said could not be decided: as good as not asked.
            const bool lost = !result && retryable(result.error().code);
            if (lost) return wake(std::move(order_id), false, std::move(work));
            observe(std::move(order_id), std::move(payments), std::move(work));
        },
        {},
        {}
    };
    x_flow.observe(order, std::move(first), std::move(next));
}

void Driver::drive(const Refund& refund) {
    auto work = take(refund.receipt_id);
    if (!work) return;
    x_gateway.find(refund.receipt_id, [this, work, refund](gateway::Found found) {
        if (!found || !*found) return submit(PostponeRefund{refund.receipt_id}, work);
        const gateway::Payment& payment = **found;
        if (!settled(payment.stage)) return submit(PostponeRefund{refund.receipt_id}, work);
        // Not charged, or no more: nothing to return.
        const Won canceled = payment.charged() ? payment.canceled : payment.price;
        x_service.engine().writer().submit(
            {BeginRefund{refund.receipt_id, payment.price, canceled, work->begun_at},
             [this, work](Result<Answer> result) {
                 if (!result || result->next != Next::cancel) return;
                 x_flow.cancel(*result->refund, [work](Result<Answer>) {});
             },
             {},
             {}}
        );
    });
}

void Driver::drive(sql::Connection& connection, const Webhook& webhook) {
    auto work = take(webhook.receipt_id);
    if (!work) return;
    // The buyer's own confirm may have been quicker: then the gateway need not be asked again.
    const auto holder = find_order_by_receipt(connection, webhook.receipt_id);
    if (holder && tells_nothing_new(webhook, *holder)) {
        gateway::Payment known;
        known.receipt_id = webhook.receipt_id;
        known.order_id = holder->id;
        known.price = *holder->amount;
        return submit(WebhookLookedUp{webhook.key(), std::move(known), false}, std::move(work));
    }
    x_gateway.find(
        webhook.receipt_id,
        [this, work, key = webhook.key(),
         order_id = holder ? holder->id : std::string{}](gateway::Found found) mutable {
            if (!found || !*found) return finish(std::move(key), std::move(found), std::move(work));
            const gateway::Payment payment = **found;
            if (order_id.empty()) order_id = payment.order_id;
            PaymentFlow::Asker next{
                [this, work, key = std::move(key),
                 found = std::move(found)](Result<Answer> result) mutable {
                    const bool again = !result && retryable(result.error().code);
                    if (again) found = std::unexpected(gateway::Trouble::unknown);
                    finish(std::move(key), std::move(found), std::move(work));
                },
                {},
                {},
                {},
                {Source::webhook, {}}
            };
            x_flow.observe(std::move(order_id), payment, std::move(next));
        }
    );
}

void Driver::finish(Webhook::Key key, gateway::Found found, std::shared_ptr<Work> work) {
    WebhookLookedUp ended{std::move(key), std::nullopt, !found};
    if (found) ended.payment = std::move(*found);
    submit(std::move(ended), std::move(work));
}

}  // namespace pay::order
