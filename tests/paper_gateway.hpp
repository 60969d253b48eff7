#pragma once

#include <map>
#include <mutex>
#include <string>

#include "bootpay/gateway.hpp"

namespace pay::test {

/// A gateway whose receipts are a map: for tests of what is not the gateway. Answers on the
/// caller's thread. The real client against the real sandbox is tested elsewhere.
class PaperGateway final : public gateway::Gateway {
 public:
    /// A buyer pays: the receipt's id, 24 hex digits.
    std::string pay(const std::string& order_id, const std::string& user_id, Won price) {
        const std::lock_guard lock(x_mutex);
        std::string number = std::to_string(x_payments.size() + 1);
        std::string id = std::string(24 - number.size(), '0') + number;
        x_payments[id] = {id, order_id, user_id, price, Won{0}, gateway::Stage::paid, {}};
        return id;
    }
    gateway::Payment payment(const std::string& receipt_id) {
        const std::lock_guard lock(x_mutex);
        return x_payments.at(receipt_id);
    }
    /// What is charged and not returned, over all receipts.
    Won standing() {
        const std::lock_guard lock(x_mutex);
        Won sum;
        for (const auto& [id, payment] : x_payments) sum += payment.standing();
        return sum;
    }

    void find(const std::string& receipt_id, std::move_only_function<void(gateway::Found)> done)
        override {
        std::optional<gateway::Payment> found;
        {
            const std::lock_guard lock(x_mutex);
            const auto place = x_payments.find(receipt_id);
            if (place != x_payments.end()) found = place->second;
        }
        done(std::move(found));
    }
    void find_by_order(
        const std::string& order_id, std::move_only_function<void(gateway::FoundAll)> done
    ) override {
        std::vector<gateway::Payment> found;
        {
            const std::lock_guard lock(x_mutex);
            for (const auto& [id, payment] : x_payments) {
                if (payment.order_id == order_id) found.push_back(payment);
            }
        }
        done(std::move(found));
    }
    void approve(const std::string&, std::move_only_function<void(gateway::Approved)> done)
        override {
        done(std::unexpected(gateway::Refusal::not_ready));  // all of them are charged already
    }
    void cancel(
        const gateway::Cancel& cancel, std::move_only_function<void(gateway::Canceled)> done
    ) override {
        gateway::Payment canceled;
        {
            const std::lock_guard lock(x_mutex);
            auto& payment = x_payments.at(cancel.receipt_id);
            payment.canceled = payment.price;
            payment.stage = gateway::Stage::canceled;
            canceled = payment;
        }
        done(canceled);
    }

 private:
    std::mutex x_mutex;
    std::map<std::string, gateway::Payment> x_payments;
};

}  // namespace pay::test
