#include "order/reconcile_page.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "core/ident/ident.hpp"
#include "core/json/write.hpp"
#include "order/reconcile_rules.hpp"
#include "order/reconcile_store.hpp"
#include "order/sending.hpp"

namespace pay::order::reconcile {
namespace {

constexpr std::size_t most_at_once = 16;  ///< of the driver's 64: buyers come first
constexpr int most_looks = 3;
constexpr Duration answer_pause{50};
constexpr Duration rest_pause{100};

bool passes_by_itself(Kind kind) {
    return kind == Kind::still_under_way || kind == Kind::gateway_silent ||
           kind == Kind::ledger_silent;
}

bool same(const Finding& left, const Finding& right) {
    return left.kind == right.kind && left.receipt_id == right.receipt_id;
}

/// The receipts of the order that a look-up by the order's id may not bring.
std::vector<std::string> own_receipts(const Order& order) {
    std::vector<std::string> receipts;
    if (!order.receipt_id.empty()) receipts.push_back(order.receipt_id);
    const bool presented = order.status == Status::PENDING && !order.presented_receipt_id.empty();
    if (presented) receipts.push_back(order.presented_receipt_id);
    return receipts;
}

bus::Message question(const Order& order, const std::string& check_id) {
    bus::Message message;
    message.topic = point::commands_topic;
    message.key = order.user_id;
    message.type = point::check_type;
    message.payload = json::to_text(point::Check{order.id, order.user_id, check_id});
    return message;
}

}  // namespace

void Page::read(Query query) {
    x_desk.service.engine().readers().run(
        [self = shared_from_this(), query = std::move(query)](sql::Connection& connection) mutable {
            query(connection);
        },
        [self = shared_from_this()] { self->give_up(); }
    );
}

void Page::write(
    std::function<void(sql::Transaction&, Time, std::vector<bus::Message>&)> record,
    std::move_only_function<void()> then
) {
    Writer<Service>::Job job{std::nullopt, {}, {}, {}};
    job.record = std::move(record);
    job.done = [self = shared_from_this(), then = std::move(then)](Result<Answer> result) mutable {
        if (!result) return self->give_up();
        then();
    };
    x_desk.service.engine().writer().submit(std::move(job));
}

void Page::later(Duration pause, std::move_only_function<void()> work) {
    x_timer = x_desk.io.after(pause, [self = shared_from_this(), work = std::move(work)]() mutable {
        work();
    });
}

void Page::give_up() {
    if (auto done = std::exchange(x_done, nullptr)) done(std::nullopt);
}

void Page::look() {
    if (x_desk.stopped) return give_up();
    ++x_looks;
    read([this](sql::Connection& connection) {
        x_evidence = find_evidence(connection, x_ids);
        ask_gateway();
    });
}

// ---- the gateway

void Page::ask_gateway() {
    {
        const std::lock_guard lock(x_mutex);
        x_next = 0;
        x_under_way = 1;  // this one: so that it is not over before all are asked
    }
    asked();
}

/// One answer is there: the next orders are asked about, and after the last the ledger is.
void Page::asked() {
    std::vector<std::size_t> next;
    bool over = false;
    {
        const std::lock_guard lock(x_mutex);
        --x_under_way;
        while (x_under_way < most_at_once && x_next < x_evidence.size()) {
            next.push_back(x_next++);
            ++x_under_way;
        }
        over = x_under_way == 0;
    }
    if (over) return ask_ledger();
    for (const auto index : next) ask(index);
}

void Page::silent(std::size_t index) {
    x_evidence[index].gateway_answered = false;
    asked();
}

void Page::ask(std::size_t index) {
    const Order& order = x_evidence[index].order;
    if (order.paid_with_points()) return asked();
    if (x_desk.stopped) return silent(index);
    x_desk.gateway.find_by_order(
        order.id,
        [self = shared_from_this(), index](gateway::FoundAll found) {
            if (!found) return self->silent(index);
            auto& evidence = self->x_evidence[index];
            evidence.payments = std::move(*found);
            auto missing = own_receipts(evidence.order);
            std::erase_if(missing, [&](const std::string& receipt) {
                return std::ranges::any_of(evidence.payments, [&](const auto& payment) {
                    return payment.receipt_id == receipt;
                });
            });
            self->ask_receipts(index, std::move(missing));
        }
    );
}

/// One after another.
void Page::ask_receipts(std::size_t index, std::vector<std::string> receipts) {
    if (receipts.empty()) return asked();
    if (x_desk.stopped) return silent(index);
    const std::string receipt = receipts.back();
    receipts.pop_back();
    x_desk.gateway.find(
        receipt,
        [self = shared_from_this(), index,
         receipts = std::move(receipts)](gateway::Found found) mutable {
            if (!found) return self->silent(index);
            if (*found) self->x_evidence[index].payments.push_back(std::move(**found));
            self->ask_receipts(index, std::move(receipts));
        }
    );
}

// ---- the ledger

void Page::ask_ledger() {
    if (x_desk.stopped) return give_up();
    x_check_id = random_hex_128();
    const auto record = [this](sql::Transaction&, Time, std::vector<bus::Message>& messages) {
        for (const auto& one : x_evidence) messages.push_back(question(one.order, x_check_id));
    };
    write(record, [this] { await_ledger(Duration{0}); });
}

void Page::await_ledger(Duration waited) {
    if (x_desk.stopped) return give_up();
    read([this, waited](sql::Connection& connection) {
        auto answers = find_answers(connection, x_check_id);
        const bool all = answers.size() >= x_evidence.size();
        if (all || waited >= x_desk.patience.answers) {
            return settle_look(connection, std::move(answers));
        }
        later(answer_pause, [this, waited] { await_ledger(waited + answer_pause); });
    });
}

/// The last reading of a look: what changed since the first, and whose the receipts are.
void Page::settle_look(sql::Connection& connection, std::vector<point::Checked> answers) {
    std::vector<std::string> receipts;
    for (auto& one : x_evidence) {
        for (const auto& payment : one.payments) receipts.push_back(payment.receipt_id);
    }
    const auto held = holders(connection, receipts);
    auto now = find_evidence(connection, x_ids);
    PAY_ASSERT(now.size() == x_evidence.size());  // orders are never deleted
    for (std::size_t i = 0; i < now.size(); ++i) {
        auto& one = x_evidence[i];
        now[i].moved = now[i].order.version != one.order.version;
        now[i].gateway_answered = one.gateway_answered;
        now[i].payments = std::move(one.payments);
        for (const auto& payment : now[i].payments) {
            const auto holder = held.find(payment.receipt_id);
            if (holder == held.end() || holder->second == one.order.id) continue;
            now[i].elsewhere.insert(payment.receipt_id);
        }
        const auto answer = std::ranges::find(answers, one.order.id, &point::Checked::order_id);
        if (answer != answers.end()) now[i].ledger = std::move(*answer);
    }
    x_evidence = std::move(now);
    write(
        [this](sql::Transaction& transaction, Time, auto&) {
            delete_answers(transaction, x_check_id);
        },
        [this] { compare_all(); }
    );
}

void Page::compare_all() {
    std::set<std::string> again;
    const Time now = x_desk.service.now();
    for (const auto& one : x_evidence) {
        auto& last = x_last[one.order.id];
        auto& before = x_before[one.order.id];
        for (auto& difference : last) before.push_back(std::move(difference.finding));
        last = compare(one, now, x_desk.patience.unfinished_after);
        for (const auto& difference : last) {
            if (difference.remedy != Remedy::none) again.insert(one.order.id);
        }
    }
    if (again.empty() || x_looks == most_looks) return finish();
    x_ids.assign(again.begin(), again.end());
    mend();
}

// ---- mending

void Page::mend() {
    std::vector<std::pair<std::string, gateway::Payment>> payments;
    for (const auto& id : x_ids) {
        for (const auto& difference : x_last[id]) {
            if (difference.payment) payments.emplace_back(id, *difference.payment);
        }
    }
    observe(std::move(payments));
}

/// One after another: the first may pay the order, and the next is then a second one.
void Page::observe(std::vector<std::pair<std::string, gateway::Payment>> payments) {
    if (payments.empty()) return send_again();
    if (x_desk.stopped) return give_up();
    auto [order_id, payment] = std::move(payments.front());
    payments.erase(payments.begin());
    PaymentFlow::Asker next{
        [self = shared_from_this(), payments = std::move(payments)](Result<Answer>) mutable {
            self->observe(std::move(payments));
        },
        {},
        {},
        {},
        {Source::reconcile, {}}
    };
    x_desk.flow.observe(std::move(order_id), std::move(payment), std::move(next));
}

/// Commands that are done once, however often they are sent.
void Page::send_again() {
    const auto record = [this](sql::Transaction& transaction, Time now, auto& messages) {
        State nothing;
        Scope scope(nothing, x_desk.service.settings(), now, messages);
        std::vector<std::string> kicked;
        for (const auto& one : x_evidence) {
            const auto& order = one.order;
            const bool own = order.paid_with_points();
            for (const auto& difference : x_last[order.id]) {
                if (difference.remedy == Remedy::kick) kicked.push_back(order.id);
                if (difference.remedy == Remedy::credit) send_credit(scope, order);
                if (difference.remedy == Remedy::settle) {
                    own ? send_settle(scope, order) : send_settle(scope, order, *one.cancellation);
                }
                if (difference.remedy == Remedy::release) {
                    own ? send_release(scope, order)
                        : send_release(scope, order, *one.cancellation);
                }
            }
        }
        make_due(transaction, kicked, now);
    };
    write(record, [this] { await_rest(Duration{0}); });
}

void Page::await_rest(Duration waited) {
    if (x_desk.stopped) return give_up();
    read([this, waited](sql::Connection& connection) {
        const auto now = find_evidence(connection, x_ids);
        const bool rests = std::ranges::all_of(now, [](const Evidence& one) {
            return at_rest(one.order, one.refunds);
        });
        if (rests || waited >= x_desk.patience.rest) return look();
        later(rest_pause, [this, waited] { await_rest(waited + rest_pause); });
    });
}

void Page::finish() {
    std::vector<Finding> findings;
    for (auto& [order_id, last] : x_last) {
        for (auto& difference : last) findings.push_back(difference.finding);
        std::vector<Finding> mended;
        for (auto& one : x_before[order_id]) {
            const auto is = [&](const Finding& other) { return same(one, other); };
            const bool still = std::ranges::any_of(last, [&](const Difference& difference) {
                return is(difference.finding);
            });
            if (still || passes_by_itself(one.kind) || std::ranges::any_of(mended, is)) continue;
            one.mended = true;
            one.command.clear();
            mended.push_back(std::move(one));
        }
        std::ranges::move(mended, std::back_inserter(findings));
    }
    if (auto done = std::exchange(x_done, nullptr)) done(std::move(findings));
}

}  // namespace pay::order::reconcile
