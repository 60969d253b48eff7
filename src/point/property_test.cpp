#include "property.hpp"

#include <algorithm>
#include <set>

#include "point/till.hpp"

using namespace pay;
using namespace pay::point;
using test::day;
using test::faults_of;

namespace {

enum class Kinds { credit, reverse, hold, settle, release, adjust, grant, expire, wait };

/// Orders 0 to 3 are charges, 4 to 7 purchases; a charge has up to three cancels.
struct Step {
    Kinds kind = Kinds::credit;
    int order = 0;
    int cancel = 0;
    int points = 0;
    bool flag = false;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
    return out << static_cast<int>(step.kind) << '/' << step.order << '/' << step.cancel << '/'
               << step.points << '/' << step.flag;
}

rc::Gen<Step> any_step() {
    using enum Kinds;
    return rc::gen::build<Step>(
        rc::gen::set(
            &Step::kind, rc::gen::weightedElement<Kinds>(
                             {{4, credit},
                              {2, reverse},
                              {6, hold},
                              {3, settle},
                              {3, release},
                              {1, adjust},
                              {1, grant},
                              {2, expire},
                              {2, wait}}
                         )
        ),
        rc::gen::set(&Step::order, rc::gen::inRange(0, 8)),
        rc::gen::set(&Step::cancel, rc::gen::inRange(0, 3)),
        rc::gen::set(&Step::points, rc::gen::inRange(1, 400)),
        rc::gen::set(&Step::flag, rc::gen::arbitrary<bool>())
    );
}

bool is_charge(const Step& step) {
    return step.order < 4;
}
std::string user_of(const Step& step) {
    return step.order % 2 == 0 ? "kim" : "lee";
}
std::string order_of(const Step& step) {
    return "ord_" + std::to_string(step.order);
}
std::string hold_of(const Step& step) {
    if (!is_charge(step)) return order_of(step);
    return "can_" + std::to_string(step.order) + '_' + std::to_string(step.cancel);
}

Command charge_of(const Step& step) {
    return {order_of(step), user_of(step), Points{90 * (1 + step.order)}, Points{30}};
}

Hold hold_wish(const Step& step) {
    Hold hold{order_of(step), hold_of(step), user_of(step)};
    if (is_charge(step)) {
        hold.purpose = Purpose::cancel;
        hold.points = Points{30 * (1 + step.order)};
        hold.bonus = Points{10};
        hold.only_unused = step.cancel == 1;
        hold.owed = step.cancel == 2;
    } else {
        hold.points = Points{40 * step.order};
    }
    return hold;
}

std::optional<Instruction> instruction_of(const Step& step, const std::string& id) {
    switch (step.kind) {
        case Kinds::credit:
            return Credit{id, charge_of(step)};
        case Kinds::reverse:
            return Reverse{id, charge_of(step)};
        case Kinds::hold:
            return TakeHold{id, hold_wish(step)};
        case Kinds::settle:
            return SettleHold{id, {order_of(step), hold_of(step), user_of(step)}};
        case Kinds::release:
            return ReleaseHold{id, {order_of(step), hold_of(step), user_of(step)}};
        case Kinds::adjust:
            return Adjust{id, user_of(step), "root", Points{step.points - 200}, "because"};
        case Kinds::grant:
            return Grant{
                id,
                user_of(step),
                "root",
                Points{step.points},
                step.flag ? Kind::paid : Kind::bonus,
                step.cancel + 1,
                "because"
            };
        case Kinds::expire:
            return Expire{id, user_of(step)};
        case Kinds::wait:
            break;
    }
    return std::nullopt;
}

bool answered(Kinds kind) {
    return kind <= Kinds::release;
}

/// A history being played.
struct History {
    State state;
    Settings settings;
    Time now = test::noon;
    std::map<std::string, Points> owed;
    std::map<std::string, std::string> answers;  ///< by order, or hold, and action
    std::size_t played = 0;

    History() {
        settings.bonus_life = 3 * day;
        settings.paid_life = 8 * day;
        settings.put_back_life = 2 * day;
        if (*rc::gen::arbitrary<bool>()) settings.spend_order = SpendOrder::soonest_first;
        owed["kim"] = Points{*rc::gen::inRange(0, 500)};
        auto& wallet = state.wallets["kim"].wallet;
        wallet.user_id = "kim";
        wallet.owed = owed["kim"];
    }

    /// A cancel is asked for when its charge has succeeded, and a charge buys nothing.
    bool makes_sense(const Step& step) const {
        const bool cancels = is_charge(step) && (step.kind == Kinds::hold);
        if (cancels) return state.given.contains({order_of(step), Action::credit});
        return step.kind != Kinds::credit || is_charge(step);
    }

    void play(const Step& step) {
        if (step.kind == Kinds::wait) now += (1 + step.cancel) * day;
        const auto wish = instruction_of(step, "ptx_" + std::to_string(1000 + played++));
        if (!wish || !makes_sense(step)) return;
        const auto before = state.postings.size();
        std::vector<bus::Message> messages;
        const auto standing = decide(state, *wish, settings, now, messages);
        if (!standing) {
            RC_ASSERT(messages.empty());
            RC_ASSERT(state.postings.size() == before);
        }
        if (answered(step.kind)) check_answer(messages.back(), before);
        const auto faults = faults_of(state, owed);
        if (!faults.empty()) RC_FAIL(faults);
        check_orders();
    }

    /// The same thing asked again has the same answer, and no effect.
    void check_answer(const bus::Message& message, std::size_t postings_before) {
        const auto reply = json::read<Reply>(message.payload, json::Unknown::refuse);
        RC_ASSERT(reply.has_value());
        const auto name = reply->hold_id.value_or(reply->order_id) + json::to_text(reply->action);
        const auto [at, first] = answers.emplace(name, message.type + message.payload);
        RC_ASSERT(at->second == message.type + message.payload);
        if (!first) RC_ASSERT(state.postings.size() == postings_before);
    }

    /// Nothing is given back that was not taken, and no more is returned than was granted.
    void check_orders() const {
        std::map<std::string, Sums> orders;
        for (const auto& posting : state.postings) {
            for (const auto& line : posting.lines) {
                orders[posting.order_id][line.account] += line.points;
            }
        }
        orders.erase("");
        for (auto& [order, sums] : orders) {
            RC_ASSERT(sums[Account::held] >= Points{});
            RC_ASSERT(sums[Account::spent] >= Points{});
            RC_ASSERT(sums[Account::returned] >= Points{});
            RC_ASSERT(
                sums[Account::returned] + sums[Account::held] <=
                -sums[Account::issued] + held_of_purchase(order)
            );
        }
    }
    Points held_of_purchase(const std::string& order) const {
        const auto held = state.holds.find(order);
        return held == state.holds.end() ? Points{} : held->second.hold.points;
    }
};

}  // namespace

TEST_CASE("any history, each message up to three times and in any order, leaves books that balance"
) {
    check_property([] {
        auto steps = *rc::gen::container<std::vector<Step>>(any_step());
        const auto once = steps.size();
        for (std::size_t i = 0; i < once; ++i) {
            const auto step = steps[i];
            if (!answered(step.kind)) continue;
            for (int copies = *rc::gen::inRange(0, 3); copies > 0; --copies) {
                const auto at = *rc::gen::inRange<std::size_t>(0, steps.size() + 1);
                steps.insert(steps.begin() + static_cast<long>(at), step);
            }
        }
        History history;
        for (const auto& step : steps) history.play(step);
    });
}

TEST_CASE("a charge that was reversed leaves what was there before") {
    check_property([] {
        const auto points = *rc::gen::inRange<std::int64_t>(1, largest_amount);
        const auto bonus = *rc::gen::inRange<std::int64_t>(0, largest_amount);
        const Command asked{"ord_1", "kim", Points{points}, Points{bonus}};
        State state;
        state.wallets["kim"].wallet.owed = Points{*rc::gen::inRange(0, 500)};
        const auto before = state.wallets["kim"].wallet.owed;
        std::vector<bus::Message> messages;
        const bool credit_first = *rc::gen::arbitrary<bool>();
        const Instruction credit = Credit{"ptx_1", asked};
        const Instruction reverse = Reverse{"ptx_2", asked};
        for (const auto& wish :
             {credit_first ? credit : reverse, credit_first ? reverse : credit}) {
            std::ignore = decide(state, wish, {}, Time{}, messages);
        }
        RC_ASSERT(state.wallets.at("kim").wallet.balance() == Points{});
        RC_ASSERT(state.wallets.at("kim").wallet.owed == before);
        RC_ASSERT(state.postings.size() == (credit_first ? 2U : 0U));
    });
}

TEST_CASE("whatever a hold took, its release leaves the balance that was there before") {
    check_property([] {
        History history;
        for (const auto& step : *rc::gen::container<std::vector<Step>>(any_step())) {
            history.play(step);
        }
        const auto& wallet = history.state.wallets["kim"].wallet;
        const auto before = wallet;
        Hold hold{"ord_new", "ord_new", "kim", Purpose::purchase};
        hold.points = Points{*rc::gen::inRange(1, 1'000)};
        std::vector<bus::Message> messages;
        std::ignore =
            decide(history.state, TakeHold{"ptx_x", hold}, history.settings, history.now, messages);
        history.now += *rc::gen::inRange(0, 20) * day;
        const HoldEnd end{"ord_new", "ord_new", "kim"};
        std::ignore = decide(
            history.state, ReleaseHold{"ptx_y", end}, history.settings, history.now, messages
        );
        RC_ASSERT(wallet.paid == before.paid);
        RC_ASSERT(wallet.bonus == before.bonus);
        RC_ASSERT(wallet.held == before.held);
        RC_ASSERT(wallet.owed == before.owed);
        RC_ASSERT(faults_of(history.state, history.owed).empty());
    });
}
