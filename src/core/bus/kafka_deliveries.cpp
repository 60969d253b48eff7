#include "core/bus/kafka_deliveries.hpp"

#include <algorithm>
#include <utility>

#include "core/log/log.hpp"

namespace pay::bus::kafka {
namespace {

constexpr Duration first_pause{50};
constexpr Duration longest_pause{10'000};

}  // namespace

void Verdicts::add(Ticket ticket, Verdict verdict) {
    {
        const std::lock_guard lock(x_mutex);
        x_verdicts.emplace_back(ticket, verdict);
    }
    x_added.notify_one();
}

std::vector<std::pair<Ticket, Verdict>> Verdicts::take() {
    const std::lock_guard lock(x_mutex);
    return std::exchange(x_verdicts, {});
}

void Verdicts::wait_until(Instant end) {
    std::unique_lock lock(x_mutex);
    x_added.wait_until(lock, end, [this] { return !x_verdicts.empty(); });
}

Tenure Deliveries::begin(const Handler& handler, std::optional<std::int64_t> position) {
    x_partitions.emplace(++x_last, Partition{&handler, position, {}});
    return x_last;
}

void Deliveries::end(Tenure tenure) {
    const auto found = x_partitions.find(tenure);
    if (found == x_partitions.end()) return;
    for (const auto& [offset, entry] : found->second.unhandled) {
        --x_unhandled;
        if (entry.waiting) --x_waiting;
    }
    std::erase_if(x_due, [tenure](const auto& due) { return due.second.tenure == tenure; });
    x_partitions.erase(found);
}

void Deliveries::hand_over(Tenure tenure, std::int64_t offset, Message message) {
    const auto found = x_partitions.find(tenure);
    if (found == x_partitions.end()) return;
    auto& partition = found->second;
    partition.read = offset + 1;
    const auto [entry, added] =
        partition.unhandled.try_emplace(offset, std::move(message), first_pause);
    if (!added) return;  // read twice, and still in its handler's hands
    ++x_unhandled;
    hand_to(*partition.handler, {tenure, offset}, entry->second.message);
}

void Deliveries::hand_to(const Handler& handler, Ticket ticket, const Message& message) {
    handler(message, [verdicts = x_verdicts, ticket](Verdict verdict) {
        verdicts->add(ticket, verdict);
    });
}

void Deliveries::read_to(Tenure tenure, std::int64_t offset) {
    const auto found = x_partitions.find(tenure);
    if (found != x_partitions.end()) found->second.read = offset;
}

void Deliveries::settle(Instant now) {
    for (const auto& [ticket, verdict] : x_verdicts->take()) {
        const auto partition = x_partitions.find(ticket.tenure);
        if (partition == x_partitions.end()) continue;  // it is another consumer's by now
        auto& unhandled = partition->second.unhandled;
        const auto entry = unhandled.find(ticket.offset);
        if (entry == unhandled.end() || entry->second.waiting) continue;
        if (verdict == Verdict::retry) {
            put_off(ticket, entry->second, now);
        } else {
            unhandled.erase(entry);
            --x_unhandled;
        }
    }
}

void Deliveries::put_off(Ticket ticket, Entry& entry, Instant now) {
    x_repeats.add();
    entry.waiting = true;
    ++x_waiting;
    x_due.emplace(now + entry.pause, ticket);
    if (entry.pause == longest_pause) {
        log::warn(
            "a message is not taken by its handler; it is tried again",
            {{"type", entry.message.type}, {"key", entry.message.key}}
        );
    }
    entry.pause = std::min(entry.pause * 2, longest_pause);
}

void Deliveries::repeat(Instant now) {
    while (!x_due.empty() && x_due.begin()->first <= now) {
        const Ticket ticket = x_due.begin()->second;
        x_due.erase(x_due.begin());
        auto& partition = x_partitions.at(ticket.tenure);
        auto& entry = partition.unhandled.at(ticket.offset);
        entry.waiting = false;
        --x_waiting;
        hand_to(*partition.handler, ticket, entry.message);
    }
}

std::optional<std::int64_t> Deliveries::position(Tenure tenure) const {
    const auto& partition = x_partitions.at(tenure);
    if (partition.unhandled.empty()) return partition.read;
    return partition.unhandled.begin()->first;
}

}  // namespace pay::bus::kafka
