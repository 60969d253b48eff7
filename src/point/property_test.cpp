#include "property.hpp"

#include <algorithm>

#include "point/rules.hpp"

using namespace pay;
using namespace pay::point;

namespace {

enum class Kind { credit, reverse, adjust };

struct Step {
    Kind kind = Kind::credit;
    int order = 0;
    int points = 0;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
    return out << static_cast<int>(step.kind) << '/' << step.order << '/' << step.points;
}

rc::Gen<Step> any_step() {
    return rc::gen::build<Step>(
        rc::gen::set(&Step::kind, rc::gen::element(Kind::credit, Kind::reverse, Kind::adjust)),
        rc::gen::set(&Step::order, rc::gen::inRange(0, 6)),
        rc::gen::set(&Step::points, rc::gen::inRange(-400, 400))
    );
}

std::string user_of(int order) {
    return order % 2 == 0 ? "kim" : "lee";
}

Instruction instruction_of(const Step& step, std::size_t number) {
    const std::string id = "ptx_" + std::to_string(number);
    const Command asked{
        "ord_" + std::to_string(step.order), user_of(step.order), Points{100 * (1 + step.order)}
    };
    switch (step.kind) {
        case Kind::credit:
            return Credit{id, asked};
        case Kind::reverse:
            return Reverse{id, asked};
        case Kind::adjust:
            break;
    }
    return Adjust{id, user_of(step.order), "root", Points{step.points}, "because"};
}

State beginning(int owed) {
    State state;
    state.wallets["kim"].wallet = {
        .user_id = "kim", .paid = {}, .bonus = {}, .held = {}, .owed = Points{owed}
    };
    return state;
}

/// What the ledger says of a user's account.
Points sum_of(const State& state, std::string_view user, Account account) {
    Points sum;
    for (const auto& posting : state.postings) {
        if (posting.user_id != user) continue;
        for (const auto& line : posting.lines) {
            if (line.account == account) sum += line.points;
        }
    }
    return sum;
}

void check_books(const State& state, int owed) {
    for (const auto& [user, row] : state.wallets) {
        const auto& wallet = row.wallet;
        RC_ASSERT(wallet.paid >= Points{});
        RC_ASSERT(wallet.bonus >= Points{});
        RC_ASSERT(wallet.owed >= Points{});
        RC_ASSERT(wallet.paid == sum_of(state, user, Account::paid));
        RC_ASSERT(wallet.bonus == sum_of(state, user, Account::bonus));
        const Points began{user == "kim" ? owed : 0};
        RC_ASSERT(wallet.owed == began - sum_of(state, user, Account::owed));
    }
    for (const auto& posting : state.postings) {
        Points sum;
        for (const auto& line : posting.lines) {
            RC_ASSERT(line.points != Points{});
            sum += line.points;
        }
        RC_ASSERT(sum == Points{});
        RC_ASSERT(posting.balance_after >= Points{});
    }
}

}  // namespace

TEST_CASE("any history leaves books that balance") {
    check_property([] {
        const int owed = *rc::gen::inRange(0, 500);
        const auto steps = *rc::gen::container<std::vector<Step>>(any_step());
        auto state = beginning(owed);
        std::map<std::string, Points> balances;
        for (std::size_t i = 0; i < steps.size(); ++i) {
            std::vector<bus::Message> messages;
            const auto before = state.postings.size();
            const auto wallet = decide(state, instruction_of(steps[i], i), Time{}, messages);
            if (!wallet) {
                RC_ASSERT(messages.empty());
                RC_ASSERT(state.postings.size() == before);
            }
            if (state.postings.size() > before) {
                const auto& posting = state.postings.back();
                balances[posting.user_id] += posting.delta();
                RC_ASSERT(posting.balance_after == balances[posting.user_id]);
            }
            check_books(state, owed);
        }
    });
}

TEST_CASE("any repetition, in any order, has one effect and one answer") {
    check_property([] {
        auto steps = *rc::gen::container<std::vector<Step>>(any_step());
        const auto once = steps.size();
        for (std::size_t i = 0; i < once; ++i) {
            const auto step = steps[i];
            const auto at = *rc::gen::inRange<std::size_t>(0, steps.size() + 1);
            if (step.kind != Kind::adjust)
                steps.insert(steps.begin() + static_cast<long>(at), step);
        }
        auto state = beginning(0);
        std::vector<bus::Message> messages;
        for (std::size_t i = 0; i < steps.size(); ++i) {
            std::ignore = decide(state, instruction_of(steps[i], i), Time{}, messages);
        }
        std::map<std::pair<std::string, Reason>, int> effects;
        for (const auto& posting : state.postings) {
            if (posting.order_id.empty()) continue;
            RC_ASSERT(++effects[std::pair(posting.order_id, posting.reason)] == 1);
        }
        std::map<std::string, std::string> answers;  // by order and action, as the payload begins
        for (const auto& message : messages) {
            if (message.topic != replies_topic) continue;
            const auto name = message.payload.substr(0, message.payload.find("\"code\""));
            const auto answer = message.type + message.payload;
            RC_ASSERT(answers.emplace(name, answer).first->second == answer);
        }
    });
}

TEST_CASE("a charge that was reversed leaves what was there before") {
    check_property([] {
        const auto points = *rc::gen::inRange<std::int64_t>(1, largest_amount);
        const Command asked{"ord_1", "kim", Points{points}};
        State state;
        std::vector<bus::Message> messages;
        const bool credit_first = *rc::gen::arbitrary<bool>();
        const Instruction credit = Credit{"ptx_1", asked};
        const Instruction reverse = Reverse{"ptx_2", asked};
        std::ignore = decide(state, credit_first ? credit : reverse, Time{}, messages);
        std::ignore = decide(state, credit_first ? reverse : credit, Time{}, messages);
        RC_ASSERT(state.wallets.at("kim").wallet.balance() == Points{});
        RC_ASSERT(state.postings.size() == (credit_first ? 2U : 0U));
    });
}
