#include "order_item/rules.hpp"

namespace pay::order_item {
namespace {

using Messages = std::vector<bus::Message>;

constexpr inbox::ReplyTypes reply_types{replies_topic, done_type, refused_type};

/// The answer to an order's action.
bus::Message reply(const State& state, const std::string& order_id, Action action) {
    return inbox::reply<Reply>(state.given, reply_types, order_id, action);
}

void keep(State& state, const SaveItem& save, Time now) {
    const auto& asked = save.asked;
    OrderItem item{
        .id = save.id,
        .order_id = asked.order_id,
        .user_id = asked.user_id,
        .item_id = asked.item_id,
        .item_name = asked.item_name,
        .kind = asked.kind,
        .amount = asked.amount,
        .points = asked.points,
        .created_at = now,
    };
    if (item.entitles()) {
        state.owners.emplace(entitlement_of(item.user_id, item.item_id), item.order_id);
    }
    state.items.insert_or_assign(asked.order_id, std::move(item));
    state.saved.insert(asked.order_id);
}

/// Why an order's item cannot be saved; empty if it can.
std::string_view refusal(const State& state, const Save& asked) {
    if (inbox::was_given(state.given, asked.order_id, Action::revoke)) return already_revoked;
    const bool owned = asked.kind == ItemKind::content &&
                       state.owners.contains(entitlement_of(asked.user_id, asked.item_id));
    return owned ? already_owned : "";
}

void apply(State& state, const SaveItem& save, Time now, Messages& messages) {
    const auto& asked = save.asked;
    if (!inbox::was_given(state.given, asked.order_id, Action::save)) {
        const auto code = refusal(state, asked);
        if (code.empty()) keep(state, save, now);
        inbox::give(state.given, asked.order_id, Action::save, code, now);
    }
    messages.push_back(reply(state, asked.order_id, Action::save));
}

void apply(State& state, const Revoke& revoke, Time now, Messages& messages) {
    if (!inbox::was_given(state.given, revoke.order_id, Action::revoke)) {
        const auto found = state.items.find(revoke.order_id);
        if (found != state.items.end()) {
            auto& item = found->second;
            if (item.entitles()) state.owners.erase(entitlement_of(item.user_id, item.item_id));
            item.revoked_at = now;
            if (!state.saved.contains(revoke.order_id)) state.revoked.insert(revoke.order_id);
        }
        // Kept also where there is nothing to revoke: it refuses the save when that comes late.
        inbox::give(state.given, revoke.order_id, Action::revoke, "", now);
    }
    messages.push_back(reply(state, revoke.order_id, Action::revoke));
}

void apply(State& state, const item::Changed& item, Time, Messages&) {
    const auto known = state.catalogue.find(item.id);
    if (known != state.catalogue.end() && known->second.version >= item.version) return;
    state.catalogue.insert_or_assign(item.id, item);
    state.changed_catalogue.insert(item.id);
}

}  // namespace

std::string entitlement_of(std::string_view user_id, std::string_view item_id) {
    std::string name(user_id);
    name += '/';  // in no user's id
    name += item_id;
    return name;
}

Result<Answer> decide(State& state, const Command& command, Time now, Messages& messages) {
    std::visit([&](const auto& wish) { apply(state, wish, now, messages); }, command);
    return Answer{};
}

}  // namespace pay::order_item
