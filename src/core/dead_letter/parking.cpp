#include <algorithm>

#include "core/dead_letter/bytes.hpp"
#include "core/dead_letter/letterbox.hpp"
#include "core/ident/ident.hpp"
#include "core/log/log.hpp"

// The letterbox and its table: what is parked, and which lanes are.
namespace pay::dead_letter {
namespace {

constexpr std::string_view only_behind = "it came after a message of its key that is parked";

}  // namespace

void Letterbox::open(sql::Connection& connection) {
    const auto lanes = count_by_lane(connection);
    const std::lock_guard lock(x_mutex);
    for (const auto& [lane, letters] : lanes) {
        x_parked.insert(lane);
        count(letters);
    }
}

Change Letterbox::refresh() {
    const auto lanes = std::make_shared<std::map<Lane, std::int64_t>>();
    Change change;
    change.record = [lanes](sql::Transaction& transaction, Time, auto&) {
        *lanes = count_by_lane(transaction.connection());
    };
    change.done = [this, lanes](const std::optional<Error>& error) {
        if (error) return;
        const std::lock_guard lock(x_mutex);
        x_parked.clear();
        std::int64_t all = 0;
        for (const auto& [lane, letters] : *lanes) {
            x_parked.insert(lane);
            all += letters;
        }
        count(all - x_letters);
    };
    return change;
}

/// Under the lock.
void Letterbox::count(std::int64_t letters) {
    x_letters += letters;
    x_gauge.set(static_cast<double>(x_letters));
}

std::vector<Letter> Letterbox::letters_of(Lane lane) {
    std::vector<Letter> letters;
    const std::lock_guard lock(x_mutex);
    const auto found = x_troubles.find(lane);
    if (found == x_troubles.end()) return letters;
    for (const auto& each : found->second.held) {
        Letter letter;
        letter.message = *each.message;
        letter.reason = only_behind;
        letter.lane = lane;
        letters.push_back(std::move(letter));
    }
    letters.front().reason = found->second.reason;
    letters.front().attempts = found->second.tries;
    return letters;
}

/// The lane's queue stays until the commit: what comes meanwhile waits in it.
void Letterbox::park(Lane lane) {
    const auto letters = std::make_shared<std::vector<Letter>>(letters_of(lane));
    if (letters->empty()) return;
    const auto ids = std::make_shared<std::vector<std::string>>();
    Change change;
    change.traceparent = letters->front().message.traceparent;
    change.record = [this, letters, ids](sql::Transaction& transaction, Time now, auto& messages) {
        for (auto& letter : *letters) {
            letter.id = make_id(id_prefix, now);
            letter.parked_at = now;
        }
        *ids = dead_letter::park(transaction, *letters);
        const auto& failed = letters->front();
        if (std::ranges::find(*ids, failed.id) != ids->end()) announce(failed, messages);
    };
    change.done = [this, lane, letters, ids](const std::optional<Error>& error) {
        if (error) return give_back(lane);
        parked(lane, *letters, *ids);
    };
    x_write(std::move(change));
}

void Letterbox::parked(
    Lane lane, const std::vector<Letter>& letters, const std::vector<std::string>& ids
) {
    std::deque<Held> held;
    {
        const std::lock_guard lock(x_mutex);
        held = end_trouble(lane);
        x_parked.insert(lane);
        count(static_cast<std::int64_t>(ids.size()));
    }
    x_counter.add(static_cast<double>(ids.size()));
    const auto& failed = letters.front();
    log::warn(
        "a message is parked: see `payments dead-letters show`", {{"letter", failed.id},
                                                                  {"service", x_origin.service},
                                                                  {"topic", failed.message.topic},
                                                                  {"type", failed.message.type},
                                                                  {"reason", failed.reason},
                                                                  {"attempts", failed.attempts},
                                                                  {"with_those_behind", ids.size()}}
    );
    for (std::size_t i = 0; i < held.size(); ++i) {
        if (i < letters.size()) {
            held[i].handled(bus::Verdict::done);
        } else {
            park_behind(lane, std::move(held[i]));
        }
    }
}

/// Parks the message without a try, unless the lane was freed in the meantime.
void Letterbox::park_behind(Lane lane, Held held) {
    struct Step {
        Letter letter;
        bool lane_is_parked = false;
        std::size_t parked = 0;
    };
    const auto step = std::make_shared<Step>();
    step->letter.message = *held.message;
    step->letter.reason = only_behind;
    step->letter.lane = lane;
    Change change;
    change.record = [step, lane](sql::Transaction& transaction, Time now, auto&) {
        step->lane_is_parked = dead_letter::count(transaction, lane) > 0;
        if (!step->lane_is_parked) return;
        step->letter.id = make_id(id_prefix, now);
        step->letter.parked_at = now;
        step->parked = dead_letter::park(transaction, {step->letter}).size();
    };
    change.done = [this, step, lane,
                   held = std::move(held)](const std::optional<Error>& error) mutable {
        if (error) return held.handled(bus::Verdict::retry);
        {
            const std::lock_guard lock(x_mutex);
            if (!step->lane_is_parked) x_parked.erase(lane);
            count(static_cast<std::int64_t>(step->parked));
        }
        x_counter.add(static_cast<double>(step->parked));
        if (step->lane_is_parked) return held.handled(bus::Verdict::done);
        handle(lane, std::move(held));
    };
    x_write(std::move(change));
}

/// The message as it was, with headers that say what became of it.
void Letterbox::announce(const Letter& letter, std::vector<bus::Message>& messages) const {
    const auto& failed = letter.message;
    bus::Message dead;
    dead.topic = failed.topic + ".dead";
    dead.key = failed.key;
    dead.type = failed.type;
    dead.payload = failed.payload;
    for (const auto& [name, value] : failed.headers) {
        if (name.starts_with("dead-")) continue;
        dead.headers.emplace_back(readable(name), readable(value));
    }
    dead.headers.emplace_back("dead-letter", letter.id);
    dead.headers.emplace_back("dead-reason", letter.reason);
    dead.headers.emplace_back("dead-service", x_origin.service);
    dead.headers.emplace_back("dead-instance", x_origin.instance);
    dead.headers.emplace_back("dead-attempts", std::to_string(letter.attempts));
    dead.headers.emplace_back("dead-at", to_rfc3339(letter.parked_at));
    dead.headers.emplace_back("dead-message-id", readable(failed.id));
    dead.headers.emplace_back("dead-message-time", to_rfc3339(failed.time));
    messages.push_back(std::move(dead));
}

void Letterbox::removed(Lane lane, std::int64_t letters, std::int64_t left) {
    const std::lock_guard lock(x_mutex);
    if (left == 0) x_parked.erase(lane);
    count(-letters);
}

}  // namespace pay::dead_letter
