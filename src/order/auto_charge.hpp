#pragma once

#include <boost/describe.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bootpay/billing.hpp"
#include "core/money/money.hpp"
#include "core/time/clock.hpp"
#include "point/messages.hpp"

/// Charges that a user agreed to once and for all: what is kept of them and what can be asked.
/// docs/auto-charge.md says how one goes.
namespace pay::order {

enum class KeyStatus { active, revoked };
BOOST_DESCRIBE_ENUM(KeyStatus, active, revoked)

/// A stored card or account, as its owner knows it, and the key itself.
struct BillingKey {
    std::string id;
    std::string user_id;
    std::string receipt_id;  ///< of its issue
    /// As good as a card number: never shown, logged or in an error. Empty once the gateway has
    /// destroyed it.
    std::string key;
    std::string label;
    std::string method;
    KeyStatus status = KeyStatus::active;
    std::string terms;  ///< the version of the text that was agreed to
    Time consented_at{};
    std::optional<Time> withdrawn_at;
    std::optional<Time> revoke_due_at;  ///< the gateway is to be told (again) then
    std::optional<Time> destroyed_at;   ///< at the gateway
    Time created_at{};
};

enum class Trigger {
    below,    ///< whenever the balance falls below a number of points
    monthly,  ///< on a day of each month, in Korea
};
BOOST_DESCRIBE_ENUM(Trigger, below, monthly)

enum class AutoChargeStatus { active, paused, withdrawn };
BOOST_DESCRIBE_ENUM(AutoChargeStatus, active, paused, withdrawn)

/// Why the last charge did not come about. `NONE` is not shown.
enum class ChargeFailure {
    NONE,
    DECLINED,      ///< the card has no money, or is dead
    NOT_PAID,      ///< nothing was heard of a payment, and the order expired
    ORDER_FAILED,  ///< it was paid and returned
    ITEM_CHANGED,  ///< the item is not what was agreed to any more: another price, or not sold
};
BOOST_DESCRIBE_ENUM(ChargeFailure, NONE, DECLINED, NOT_PAID, ORDER_FAILED, ITEM_CHANGED)

/// One charge at a time: from its intent until its order is final, `charging` is set.
struct AutoCharge {
    std::string id;
    std::string user_id;
    std::string billing_key_id;
    std::string item_id;
    Won amount;     ///< agreed to: a charge of another price is not made
    Points points;  ///< the same
    Trigger trigger = Trigger::below;
    std::optional<Points> below;
    std::optional<std::int64_t> monthly_day;
    AutoChargeStatus status = AutoChargeStatus::active;
    std::string terms;
    Time consented_at{};
    std::optional<Time> withdrawn_at;
    std::string last_order_id;
    bool charging = false;
    /// The intent: the gateway's charge for the last order was called then, or is about to be.
    /// Nothing after a call that cannot have happened.
    std::optional<Time> charge_called_at;
    ChargeFailure last_failure = ChargeFailure::NONE;
    int failures = 0;  ///< in a row
    int attempts = 0;  ///< looks at the order under way
    /// When it is looked at next: it was triggered, its day comes, or its order may be final.
    std::optional<Time> due_at;
    std::optional<Time> not_before;    ///< a balance triggers nothing before
    std::int64_t balance_version = 0;  ///< of the last message that triggered
    Time created_at{};
    Time updated_at{};
};

enum class ConsentAct { given, withdrawn };
BOOST_DESCRIBE_ENUM(ConsentAct, given, withdrawn)

/// One line of the log of consent. Only ever inserted.
struct Consent {
    std::string subject_id;  ///< a billing key's or an auto-charge's
    ConsentAct act = ConsentAct::given;
    std::string user_id;
    std::string terms;
    std::string address;  ///< where the call came from
    Time at{};
};

/// An order that an auto-charge made. Only ever inserted.
struct ChargeMade {
    std::string order_id;
    std::string auto_charge_id;
    std::string user_id;
    Time at{};
};

struct AutoChargePolicy {
    /// Of one user in 24 hours, so that neither a bug nor a spender empties a card; 0: none at all.
    int per_day = 3;
    std::string terms = "1";  ///< the version of the text that users agree to
    /// After the first failure in a row, the second, …; at the last plus one it is paused.
    std::vector<Duration> back_off{std::chrono::hours{1}, std::chrono::hours{6}};
    Duration first_look = std::chrono::seconds{1};  ///< at the order, then ever later
    Duration longest_look = std::chrono::minutes{1};
    Duration retry_after = std::chrono::seconds{10};  ///< a call that was not sent
    Duration revoke_again = std::chrono::minutes{1};
};
inline constexpr int most_charges_per_day = 50;

// ---- commands
// -------------------------------------------------------------------------------------

/// `key` as it was looked up; its user is the caller.
struct AddBillingKey {
    BillingKey key;
    std::string address;
};
struct RevokeBillingKey {
    std::string id;
    std::string user_id;
    std::string address;
};
/// The gateway was told to destroy it. `gone`: it did, or knows none such.
struct KeyDestroyed {
    std::string id;
    bool gone = false;
};

/// `wish` has its id, user, billing key, item and trigger; the rest comes from the catalogue.
struct AddAutoCharge {
    AutoCharge wish;
    std::string address;
};
struct WithdrawAutoCharge {
    std::string id;
    std::string user_id;
    std::string address;
};

/// Its due time has come. `order_id`: of the order it may make.
struct DriveAutoCharge {
    std::string id;
    std::string order_id;
};
/// How the gateway's charge ended, if not with a payment: that one is confirmed like any other.
struct ChargeRefused {
    std::string auto_charge_id;
    std::string order_id;
    gateway::Refusal refusal = gateway::Refusal::unknown;
    std::optional<Time> called_at;
};

// ---- state
// -------------------------------------------------------------------------------------

/// The part of order::State that a batch's auto-charges touch.
struct AutoCharges {
    std::map<std::string, BillingKey, std::less<>> keys;
    std::map<std::string, AutoCharge, std::less<>> charges;
    /// When orders were made for these users lately, as far as the day's limit needs.
    std::map<std::string, std::vector<Time>, std::less<>> made_for;

    std::set<std::string> stored_keys;
    std::set<std::string> stored_charges;
    std::set<std::string, std::less<>> changed_keys;
    std::set<std::string, std::less<>> changed_charges;
    std::vector<Consent> consents;
    std::vector<ChargeMade> made;
};

/// "user/trigger": of a user one auto-charge of each kind stands at a time.
std::string slot_of(std::string_view user_id, Trigger trigger);

}  // namespace pay::order
