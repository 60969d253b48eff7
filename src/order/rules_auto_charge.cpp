#include <algorithm>

#include "order/rules.hpp"

/// What users agree to, and take back: billing keys, and what may be charged to them by itself.
namespace pay::order {
namespace {

Error conflict(Text why) {
    return {Code::conflict, why, {}, {}};
}

Error invalid(std::string field, Text why) {
    return {Code::invalid, {}, {{std::move(field), why}}, {}};
}

Answer answer(const BillingKey& key) {
    Answer made;
    made.billing_key = key;
    return made;
}

Answer answer(const AutoCharge& charge) {
    Answer made;
    made.auto_charge = charge;
    return made;
}

template <class Things>
auto* find_own(Things& things, const std::string& id, const std::string& user_id) {
    const auto found = things.find(id);
    const bool own = found != things.end() && found->second.user_id == user_id;
    return own ? &found->second : nullptr;
}

BillingKey* find_issue(Scope& scope, const std::string& receipt_id) {
    for (auto& [id, key] : scope.state.auto_charging.keys) {
        if (key.receipt_id == receipt_id) return &key;
    }
    return nullptr;
}

/// The one of this kind that stands.
AutoCharge* find_standing(Scope& scope, std::string_view user_id, Trigger trigger) {
    for (auto& [id, charge] : scope.state.auto_charging.charges) {
        const bool its = charge.user_id == user_id && charge.trigger == trigger;
        if (its && charge.status != AutoChargeStatus::withdrawn) return &charge;
    }
    return nullptr;
}

constexpr std::size_t longest_address = 64;

template <class Subject>
void record(Scope& scope, const Subject& subject, ConsentAct act, const std::string& address) {
    scope.state.auto_charging.consents.push_back(
        {subject.id, act, subject.user_id, subject.terms, address.substr(0, longest_address),
         scope.now}
    );
}

void withdraw(Scope& scope, AutoCharge& charge, const std::string& address) {
    charge.status = AutoChargeStatus::withdrawn;
    charge.withdrawn_at = scope.now;
    if (!charge.charging)
        charge.due_at.reset();  // the order under way comes to its end all the same
    scope.touch(charge);
    record(scope, charge, ConsentAct::withdrawn, address);
}

/// Takes the price and the points of the item into what is agreed to.
std::optional<Error> fix_item(Scope& scope, AutoCharge& charge) {
    const auto found = scope.state.items.find(charge.item_id);
    if (found == scope.state.items.end()) {
        return Error{Code::not_found, {"There is no such item.", "그런 상품이 없습니다."}, {}, {}};
    }
    const item::Changed& item = found->second;
    const bool package = item.kind == item::Kind::point_package && item.amount && item.points;
    if (!package) {
        return invalid("item_id", {"It must be a point package.", "포인트 상품이어야 합니다."});
    }
    if (item.status == item::Status::archived) {
        return conflict({"The item is no longer sold.", "더 이상 판매하지 않는 상품입니다."});
    }
    charge.amount = *item.amount;
    charge.points = *item.points;
    return std::nullopt;
}

}  // namespace

std::string slot_of(std::string_view user_id, Trigger trigger) {
    std::string slot(user_id);
    slot += '/';  // in no user's id
    slot += trigger == Trigger::below ? "below" : "monthly";
    return slot;
}

BillingKey& Scope::touch(BillingKey& key) {
    state.auto_charging.changed_keys.insert(key.id);
    return key;
}

AutoCharge& Scope::touch(AutoCharge& charge) {
    charge.updated_at = now;
    state.auto_charging.changed_charges.insert(charge.id);
    return charge;
}

Result<Answer> add_billing_key(Scope& scope, const AddBillingKey& command) {
    if (const BillingKey* known = find_issue(scope, command.key.receipt_id)) {
        const bool again =
            known->user_id == command.key.user_id && known->status == KeyStatus::active;
        if (again) return answer(*known);
        return conflict(
            {"The billing key was handed in before.", "이미 등록된 적이 있는 결제수단입니다."}
        );
    }
    BillingKey key = command.key;
    key.terms = scope.settings.auto_charge.terms;
    key.consented_at = scope.now;
    key.created_at = scope.now;
    record(scope, key, ConsentAct::given, command.address);
    auto id = key.id;
    const auto [place, inserted] =
        scope.state.auto_charging.keys.emplace(std::move(id), std::move(key));
    PAY_ASSERT(inserted);
    return answer(scope.touch(place->second));
}

Result<Answer> revoke_billing_key(Scope& scope, const RevokeBillingKey& command) {
    BillingKey* key = find_own(scope.state.auto_charging.keys, command.id, command.user_id);
    if (key == nullptr) return not_found();
    if (key->status == KeyStatus::revoked) return answer(*key);
    key->status = KeyStatus::revoked;
    key->withdrawn_at = scope.now;
    key->revoke_due_at = scope.now;
    scope.touch(*key);
    record(scope, *key, ConsentAct::withdrawn, command.address);
    for (auto& [id, charge] : scope.state.auto_charging.charges) {
        const bool stands = charge.status != AutoChargeStatus::withdrawn;
        if (charge.billing_key_id == key->id && stands) withdraw(scope, charge, command.address);
    }
    return answer(*key);
}

Result<Answer> key_destroyed(Scope& scope, const KeyDestroyed& command) {
    const auto found = scope.state.auto_charging.keys.find(command.id);
    if (found == scope.state.auto_charging.keys.end()) return not_found();
    BillingKey& key = found->second;
    if (!key.revoke_due_at) return answer(key);  // another instance was quicker
    if (command.gone) {
        key.key.clear();
        key.revoke_due_at.reset();
        key.destroyed_at = scope.now;
    } else {
        key.revoke_due_at = scope.now + scope.settings.auto_charge.revoke_again;
    }
    return answer(scope.touch(key));
}

Result<Answer> add_auto_charge(Scope& scope, const AddAutoCharge& command) {
    AutoCharge charge = command.wish;
    const BillingKey* key =
        find_own(scope.state.auto_charging.keys, charge.billing_key_id, charge.user_id);
    if (key == nullptr) {
        return Error{
            Code::not_found, {"There is no such billing key.", "그런 결제수단이 없습니다."}, {}, {}
        };
    }
    if (key->status != KeyStatus::active) {
        return conflict({"The billing key is revoked.", "해지된 결제수단입니다."});
    }
    if (find_standing(scope, charge.user_id, charge.trigger) != nullptr) {
        return conflict(
            {"There is an auto-charge of this kind already: withdraw it first.",
             "같은 종류의 자동 충전이 이미 있습니다. 먼저 해지해 주세요."}
        );
    }
    if (auto why = fix_item(scope, charge)) return *why;
    charge.terms = scope.settings.auto_charge.terms;
    charge.consented_at = scope.now;
    charge.created_at = scope.now;
    if (charge.monthly_day) charge.due_at = next_monthly(*charge.monthly_day, scope.now);
    record(scope, charge, ConsentAct::given, command.address);
    auto id = charge.id;
    const auto [place, inserted] =
        scope.state.auto_charging.charges.emplace(std::move(id), std::move(charge));
    PAY_ASSERT(inserted);
    return answer(scope.touch(place->second));
}

Result<Answer> withdraw_auto_charge(Scope& scope, const WithdrawAutoCharge& command) {
    AutoCharge* charge = find_own(scope.state.auto_charging.charges, command.id, command.user_id);
    if (charge == nullptr) return not_found();
    if (charge->status != AutoChargeStatus::withdrawn) withdraw(scope, *charge, command.address);
    return answer(*charge);
}

void balance_fell(Scope& scope, const point::Balance& balance) {
    AutoCharge* charge = find_standing(scope, balance.user_id, Trigger::below);
    if (charge == nullptr || charge->status != AutoChargeStatus::active) return;
    const bool old = balance.version > 0 && balance.version <= charge->balance_version;
    const bool busy = charge->charging || charge->due_at;
    const bool rests = charge->not_before && scope.now < *charge->not_before;
    if (old || busy || rests || balance.balance >= *charge->below) return;
    charge->balance_version = std::max(charge->balance_version, balance.version);
    charge->due_at = scope.now;
    scope.touch(*charge);
}

}  // namespace pay::order
