#include "bench/charge_writer.hpp"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

namespace pay::bench {
namespace {

constexpr double longest_lead = 4;  // in the largest batch

/// Threads that write the same charges, each into its own database, and wait for the slowest.
class Convoy {
 public:
    explicit Convoy(const ChargeWriters& writers) : x_writers(writers), x_done(writers.size()) {
        double largest = 1;
        for (const auto& writer : writers) largest = std::max(largest, writer->batch_size());
        x_longest_lead = static_cast<std::uint64_t>(std::ceil(largest * longest_lead));
    }

    void run(std::size_t writer) {
        try {
            std::uint64_t written = 1;
            while (written > 0 && may_go_on(writer)) {
                written = x_writers[writer]->write_batch();
                const std::lock_guard lock(x_mutex);
                x_done[writer] += written;
                if (written == 0) ++x_ended;
                x_moved.notify_all();
            }
        } catch (...) {
            const std::lock_guard lock(x_mutex);
            x_reason = std::current_exception();
            x_stopped = true;
            x_moved.notify_all();
        }
    }

    /// Whether all is written, or a writer has failed, within this time.
    bool ends_until(SteadyClock::time_point time) {
        std::unique_lock lock(x_mutex);
        return x_moved.wait_until(lock, time, [&] {
            return x_stopped || x_ended == x_writers.size();
        });
    }
    void stop() {
        const std::lock_guard lock(x_mutex);
        x_stopped = true;
        x_moved.notify_all();
    }
    std::uint64_t done() {
        const std::lock_guard lock(x_mutex);
        return slowest();
    }
    void check() const {
        if (x_reason) std::rethrow_exception(x_reason);
    }

 private:
    bool may_go_on(std::size_t writer) {
        std::unique_lock lock(x_mutex);
        x_moved.wait(lock, [&] {
            return x_stopped || x_done[writer] < slowest() + x_longest_lead;
        });
        return !x_stopped;
    }
    std::uint64_t slowest() const { return std::ranges::min(x_done); }

    const ChargeWriters& x_writers;
    std::uint64_t x_longest_lead = 0;
    std::mutex x_mutex;
    std::condition_variable x_moved;
    std::vector<std::uint64_t> x_done;  ///< by writer
    std::size_t x_ended = 0;
    bool x_stopped = false;
    std::exception_ptr x_reason;
};

}  // namespace

ChargeWriter::ChargeWriter(
    std::string_view service, std::unique_ptr<sql::Connection> connection,
    std::span<const Write> writes, const Charges& charges, const Wallets& wallets, bool events,
    double batch_size
)
    : x_service(service),
      x_connection(std::move(connection)),
      x_writes(writes),
      x_charges(charges),
      x_wallets(wallets),
      x_events(events),
      x_batch_size(batch_size),
      x_pattern(charges) {
    for (const auto& wallet : wallets) x_heads.push_back(wallet.head);
}

std::uint64_t ChargeWriter::write_batch() {
    x_share += x_batch_size;
    const auto wanted = static_cast<std::uint64_t>(x_share);
    x_share -= static_cast<double>(wanted);
    const auto size = std::min(wanted, x_charges.count() - x_done);
    if (size > 0) write(x_charges.from(x_done, size));
    x_done += size;
    return size;
}

void ChargeWriter::write(std::span<const Charge> charges) {
    for (int command = 1; command <= commands_of(x_service, x_writes); ++command) {
        sql::Transaction transaction(*x_connection);
        const Batch batch{transaction, charges,  x_charges, x_wallets,
                          x_pattern,   x_events, x_sent,    x_heads};
        for (const auto& one : x_writes) {
            if (one.service == x_service && one.command == command) one.run(batch);
        }
        transaction.commit();
        ++x_commits;
    }
}

WritingResults run_writers(
    const ChargeWriters& writers, std::optional<std::chrono::seconds> time,
    const std::function<void(const WritingResults&)>& each_second
) {
    Convoy convoy(writers);
    const auto begin = SteadyClock::now();
    const auto results = [&]() -> WritingResults {
        const std::chrono::duration<double> passed = SteadyClock::now() - begin;
        return {convoy.done(), passed.count()};
    };
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < writers.size(); ++i) {
            threads.emplace_back([&convoy, i] { convoy.run(i); });
        }
        // Also if `each_second` throws: the threads are waited for.
        const std::unique_ptr<Convoy, void (*)(Convoy*)> stop(&convoy, [](Convoy* to_stop) {
            to_stop->stop();
        });
        auto next = begin + std::chrono::seconds{1};
        while (!convoy.ends_until(next)) {
            if (time && next - begin >= *time) break;
            each_second(results());
            next += std::chrono::seconds{1};
        }
    }
    convoy.check();
    return results();
}

}  // namespace pay::bench
