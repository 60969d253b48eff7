#pragma once

#include <deque>
#include <functional>
#include <future>
#include <map>
#include <mutex>

#include "core/bus/local.hpp"
#include "core/sql/scratch.hpp"
#include "order/api.hpp"
#include "order/auto_charge_job.hpp"
#include "order/bell.hpp"
#include "order/driver.hpp"
#include "order/handlers.hpp"
#include "order/paper_billing.hpp"
#include "order/paper_ledger.hpp"
#include "order/reconciler.hpp"

/// The order service as it runs, over a real database, among stand-ins: a gateway that does what
/// the test's script says, a point and an order-item service that answer at once (or hold their
/// tongue), and a clock turned by hand.
namespace pay::order::test {

class ScriptedGateway final : public gateway::Gateway {
 public:
    using Receipt = gateway::Payment;
    explicit ScriptedGateway(Bell& bell) : x_bell(bell) {}

    void find(const std::string& id, std::move_only_function<void(gateway::Found)> done) override {
        answer([this, id, done = std::move(done)]() mutable {
            std::unique_lock lock(x_mutex);
            ++finds;
            gateway::Found found = std::optional<gateway::Payment>{};
            if (silent)
                found = std::unexpected(gateway::Trouble::not_sent);
            else if (receipts.contains(id))
                found = receipts.at(id);
            lock.unlock();
            x_bell.ring();
            done(std::move(found));
        });
    }
    void find_by_order(const std::string& id, std::move_only_function<void(gateway::FoundAll)> done)
        override {
        answer([this, id, done = std::move(done)]() mutable {
            std::unique_lock lock(x_mutex);
            ++finds;
            gateway::FoundAll found = std::vector<gateway::Payment>{};
            if (silent) found = std::unexpected(gateway::Trouble::not_sent);
            for (const auto& [name, receipt] : receipts) {
                if (found && receipt.order_id == id) found->push_back(receipt);
            }
            lock.unlock();
            x_bell.ring();
            done(std::move(found));
        });
    }
    void approve(const std::string& id, std::move_only_function<void(gateway::Approved)> done)
        override {
        answer([this, id, done = std::move(done)]() mutable {
            std::unique_lock lock(x_mutex);
            ++approvals;
            auto& receipt = receipts.at(id);
            gateway::Approved outcome = std::unexpected(gateway::Refusal::not_ready);
            if (receipt.stage == gateway::Stage::approvable) {
                receipt.stage = approves_to;
                if (receipt.charged())
                    outcome = receipt;
                else
                    outcome = std::unexpected(gateway::Refusal::declined);
            }
            if (loses_answers) outcome = std::unexpected(gateway::Refusal::timed_out);
            const bool dies = dies_when_asked;
            lock.unlock();
            x_bell.ring();
            if (!dies) done(std::move(outcome));
        });
    }
    void cancel(const gateway::Cancel& call, std::move_only_function<void(gateway::Canceled)> done)
        override {
        answer([this, call, done = std::move(done)]() mutable {
            std::unique_lock lock(x_mutex);
            ++cancels;
            auto& receipt = receipts.at(call.receipt_id);
            gateway::Canceled outcome = std::unexpected(gateway::Refusal::refused);
            if (!refuses_cancels) {
                receipt.canceled = receipt.price;
                receipt.stage = gateway::Stage::canceled;
                outcome = receipt;
            }
            lock.unlock();
            done(std::move(outcome));
        });
    }

    /// A payment that was made without an approval.
    void take(const Receipt& charged) {
        const std::lock_guard lock(x_mutex);
        receipts[charged.receipt_id] = charged;
    }
    /// Calls wait until release(), as if the network were slow.
    void hold() { set(holds, true); }
    void release() {
        std::deque<std::move_only_function<void()>> held;
        {
            const std::lock_guard lock(x_mutex);
            holds = false;
            std::swap(held, x_held);
        }
        for (auto& call : held) call();
    }
    std::size_t held() {
        const std::lock_guard lock(x_mutex);
        return x_held.size();
    }
    template <class T>
    void set(T& what, T value) {
        const std::lock_guard lock(x_mutex);
        what = value;
    }
    template <class T>
    T get(const T& what) {
        const std::lock_guard lock(x_mutex);
        return what;
    }

    std::map<std::string, Receipt> receipts;
    gateway::Stage approves_to = gateway::Stage::paid;
    bool silent = false, holds = false, loses_answers = false, dies_when_asked = false;
    bool refuses_cancels = false;
    int finds = 0, approvals = 0, cancels = 0;

 private:
    void answer(std::move_only_function<void()> call) {
        {
            const std::lock_guard lock(x_mutex);
            if (holds) x_held.push_back(std::move(call));
        }
        if (call) return call();
        x_bell.ring();
    }

    Bell& x_bell;
    std::mutex x_mutex;
    std::deque<std::move_only_function<void()>> x_held;
};

class Town {
 public:
    Town();
    ~Town() { close(); }

    void open();
    void close();
    void reopen() {
        close();
        open();
    }

    struct Asked {
        std::string path;
        std::string body;
        std::string user = "kim";
        std::string key{};
        int wait_s = 0;
        http::Role role = http::Role::user;
    };
    std::future<http::Response> post(Asked asked);
    http::Response call(Asked asked) { return post(std::move(asked)).get(); }
    http::Response get(const std::string& path);
    const std::vector<http::Route>& routes() const { return x_routes; }

    std::string place(std::string user = "kim");
    std::future<http::Response> confirm(
        const std::string& order_id, int wait_s = 0, std::string key = {}
    );
    std::optional<Order> find(const std::string& id);
    std::vector<Order> all();
    /// Waits until the order has this status.
    bool reaches(const std::string& id, Status status);
    void turn(Duration by) { clock->advance(by); }
    int told(const std::string& type);
    std::vector<Refund> refunds();

    sql::Scratch scratch;
    Bell bell;
    std::shared_ptr<ManualClock> clock =
        std::make_shared<ManualClock>(from_epoch_ms(1'772'414'130'000));
    metrics::Metrics metrics;
    ScriptedGateway gateway{bell};
    PaperBilling billing{bell, [this](const gateway::Payment& charged) { gateway.take(charged); }};
    std::atomic<bool> services_answer{true};
    std::atomic<bool> item_refused{false};

    std::unique_ptr<http::Io> io;
    std::unique_ptr<bus::Local> bus;
    std::unique_ptr<sql::Storage> storage;
    std::unique_ptr<Service> service;
    std::unique_ptr<PaymentFlow> flow;
    std::unique_ptr<Driver> driver;
    std::unique_ptr<reconcile::Reconciler> reconciler;

    PaperLedger ledger;
    std::atomic<bool> ledger_answers{true};
    reconcile::Options reconciling{.every = Duration{0}};
    std::unique_ptr<AutoChargeJob> auto_charges;

 private:
    void subscribe();
    void reply(std::string type, const std::string& key, std::string payload);

    std::vector<http::Route> x_routes;
    std::mutex x_mutex;
    std::map<std::string, int> x_told;
    std::atomic<int> x_ids{0};
};

}  // namespace pay::order::test
