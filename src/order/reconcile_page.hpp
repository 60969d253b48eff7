#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "order/payment_flow.hpp"
#include "order/reconcile_types.hpp"

namespace pay::order::reconcile {

/// How long a page waits. Real time, not the clock's.
struct Patience {
    Duration answers = std::chrono::seconds{10};           ///< for the ledger
    Duration rest = std::chrono::seconds{20};              ///< for what was mended to come to rest
    Duration unfinished_after = std::chrono::minutes{10};  ///< by the clock
};

/// What the pages work with; outlives them.
struct Desk {
    Service& service;
    PaymentFlow& flow;
    gateway::Gateway& gateway;
    http::Io& io;
    Patience patience{};
    std::atomic<bool> stopped{false};
};

/// Some orders of a run, looked at together: what the gateway shows of them, what the ledger says,
/// what is mended, and once it has come to rest the same again. Any thread; ends itself.
class Page : public std::enable_shared_from_this<Page> {
 public:
    /// Nothing: it could not be done (the database, a stop), and nothing of it is to be kept.
    using Done = std::move_only_function<void(std::optional<std::vector<Finding>>)>;

    Page(Desk& desk, std::vector<std::string> order_ids, Done done)
        : x_desk(desk), x_ids(std::move(order_ids)), x_done(std::move(done)) {}

    void begin() { look(); }

 private:
    using Query = std::move_only_function<void(sql::Connection&)>;
    /// Runs `query` on a reading thread, or gives up.
    void read(Query query);
    /// Gives up, or goes on, after the change is committed.
    void write(
        std::function<void(sql::Transaction&, Time, std::vector<bus::Message>&)> record,
        std::move_only_function<void()> then
    );
    void later(Duration pause, std::move_only_function<void()> work);
    void give_up();

    // One look.
    void look();
    void ask_gateway();
    void ask(std::size_t index);
    void ask_receipts(std::size_t index, std::vector<std::string> receipts);
    void silent(std::size_t index);
    void asked();
    void ask_ledger();
    void await_ledger(Duration waited);
    void settle_look(sql::Connection& connection, std::vector<point::Checked> answers);
    void compare_all();

    // Mending.
    void mend();
    void observe(std::vector<std::pair<std::string, gateway::Payment>> payments);
    void send_again();
    void await_rest(Duration waited);
    void finish();

    Desk& x_desk;
    std::vector<std::string> x_ids;  ///< of the orders to look at now
    Done x_done;
    int x_looks = 0;
    std::vector<Evidence> x_evidence;
    std::string x_check_id;
    /// By order: what the last look found, and what looks before it found and had mended.
    std::map<std::string, std::vector<Difference>> x_last;
    std::map<std::string, std::vector<Finding>> x_before;

    std::mutex x_mutex;  ///< of the two below, while the gateway is asked
    std::size_t x_next = 0;
    std::size_t x_under_way = 0;
    std::shared_ptr<http::Io::Timer> x_timer;
};

}  // namespace pay::order::reconcile
