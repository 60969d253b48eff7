#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "bootpay/billing.hpp"
#include "order/bell.hpp"

namespace pay::order::test {

/// Stored cards at a gateway that does what the test's script says. Reservations are not for us.
class PaperBilling final : public gateway::Billing {
 public:
    using Charged = std::function<void(const gateway::Payment&)>;
    PaperBilling(Bell& bell, Charged charged) : x_bell(bell), x_charged(std::move(charged)) {}

    void find_key(
        const std::string& receipt_id, std::move_only_function<void(gateway::FoundKey)> done
    ) override {
        std::unique_lock lock(x_mutex);
        gateway::FoundKey found = std::optional<gateway::BillingKey>{};
        if (silent)
            found = std::unexpected(gateway::Trouble::timed_out);
        else if (keys.contains(receipt_id))
            found = keys.at(receipt_id);
        lock.unlock();
        done(std::move(found));
    }
    void charge(
        const gateway::Charge& charge, std::move_only_function<void(gateway::Approved)> done
    ) override {
        std::unique_lock lock(x_mutex);
        gateway::Payment payment;
        payment.receipt_id = std::string(24, static_cast<char>('a' + ++x_asked % 6));
        payment.order_id = charge.order_id;
        payment.user_id = charge.user_id;
        payment.price = charge.price;
        payment.stage = gateway::Stage::paid;
        payment.method = "card";
        gateway::Approved outcome = payment;
        if (refuses_with) outcome = std::unexpected(*refuses_with);
        const bool charges = outcome || charges_all_the_same;
        const bool dies = dies_when_asked;
        lock.unlock();
        if (charges) x_charged(payment);
        if (!dies) done(std::move(outcome));
        // Who waits for the call finds its outcome handed in.
        lock.lock();
        calls.push_back(charge);
        lock.unlock();
        x_bell.ring();
    }
    void reserve(
        const gateway::Charge&, Time, std::move_only_function<void(gateway::Reserved)> done
    ) override {
        done(std::unexpected(gateway::Refusal::refused));
    }
    void find_reservation(
        const std::string&, std::move_only_function<void(gateway::FoundReservation)> done
    ) override {
        done(std::optional<gateway::Reservation>{});
    }
    void revoke_reservation(
        const std::string&, std::move_only_function<void(gateway::Revoked)> done
    ) override {
        done(std::unexpected(gateway::Refusal::refused));
    }
    void revoke_key(const std::string& key, std::move_only_function<void(gateway::Revoked)> done)
        override {
        gateway::Revoked outcome;
        {
            const std::lock_guard lock(x_mutex);
            if (silent)
                outcome = std::unexpected(gateway::Refusal::timed_out);
            else if (!destroyed.insert(key).second)
                outcome = std::unexpected(gateway::Refusal::refused);
        }
        done(std::move(outcome));
        {
            const std::lock_guard lock(x_mutex);
            ++revocations;
        }
        x_bell.ring();
    }

    template <class T>
    void set(T& what, T value) {
        const std::lock_guard lock(x_mutex);
        what = value;
    }
    template <class T>
    T get(const T& what) {
        const std::lock_guard lock(x_mutex);
        return what;
    }

    std::map<std::string, gateway::BillingKey> keys;  ///< by the receipt of their issue
    std::vector<gateway::Charge> calls;
    std::set<std::string> destroyed;
    std::optional<gateway::Refusal> refuses_with;
    bool charges_all_the_same = false;  ///< whatever it answers
    bool dies_when_asked = false;       ///< no answer comes
    bool silent = false;
    int revocations = 0;

 private:
    Bell& x_bell;
    Charged x_charged;
    std::size_t x_asked = 0;
    std::mutex x_mutex;
};

}  // namespace pay::order::test
