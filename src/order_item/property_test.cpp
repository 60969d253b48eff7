#include "property.hpp"

#include "order_item/rules.hpp"

using namespace pay;
using namespace pay::order_item;

namespace {

struct Step {
    bool saves = false;
    int order = 0;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
    return out << (step.saves ? "save " : "revoke ") << step.order;
}

rc::Gen<Step> any_step() {
    return rc::gen::build<Step>(
        rc::gen::set(&Step::saves), rc::gen::set(&Step::order, rc::gen::inRange(0, 12))
    );
}

/// Orders of two users for two episodes and a point package.
Command command_of(const Step& step) {
    const auto order = "ord_" + std::to_string(step.order);
    if (!step.saves) return Revoke{order};
    Save asked;
    asked.order_id = order;
    asked.user_id = step.order % 2 == 0 ? "kim" : "lee";
    asked.item_id = "itm_" + std::to_string(step.order % 3);
    asked.kind = step.order % 3 == 0 ? ItemKind::point_package : ItemKind::content;
    return SaveItem{"oit_" + order, asked};
}

}  // namespace

TEST_CASE("any history gives one answer to each question, and content one owner") {
    check_property([] {
        const auto steps = *rc::gen::container<std::vector<Step>>(any_step());
        State state;
        std::vector<bus::Message> messages;
        for (const auto& step : steps) {
            RC_ASSERT(decide(state, command_of(step), Time{}, messages).has_value());
            std::set<std::string> owned;
            for (const auto& [order, item] : state.items) {
                if (!item.entitles()) continue;
                const auto name = entitlement_of(item.user_id, item.item_id);
                RC_ASSERT(owned.insert(name).second);
                RC_ASSERT(state.owners.at(name) == order);
            }
            RC_ASSERT(owned.size() == state.owners.size());
        }
        RC_ASSERT(messages.size() == steps.size());
        std::map<std::string, std::string> answers;  // by order and action, as the payload begins
        for (const auto& message : messages) {
            const auto name = message.payload.substr(0, message.payload.find("\"code\""));
            const auto answer = message.type + message.payload;
            RC_ASSERT(answers.emplace(name, answer).first->second == answer);
        }
        for (const auto& step : steps) {
            const auto order = "ord_" + std::to_string(step.order);
            const auto found = state.items.find(order);
            const bool stands = found != state.items.end() && !found->second.revoked_at;
            RC_ASSERT(!(stands && state.given.contains({order, Action::revoke})));
        }
    });
}
