#pragma once

#include <memory>
#include <string>

#include "bootpay/billing.hpp"
#include "bootpay/gateway.hpp"
#include "core/http/client.hpp"
#include "core/time/clock.hpp"

namespace pay::bootpay {

/// Where Bootpay is and who we are to it: the token form (application id and private key) or the
/// Basic form (client key and secret key); the latter wins if both are given.
struct Options {
    std::string base_url = "https://api.bootpay.co.kr/v2";
    std::string application_id;
    std::string private_key;
    std::string client_key;
    std::string secret_key;
    Duration look_up_timeout{5'000};
    Duration action_timeout{10'000};  ///< of what acts: approve, cancel, charge, …
};

/// Bootpay's PG API v2 as a gateway. Look-ups are repeated a few times; what acts goes out
/// once (again only after a refused token, which did nothing). The access token is fetched when it
/// is needed and used for all but its last five minutes. Any thread.
class Client final : public gateway::Gateway, public gateway::Billing {
 public:
    Client(http::Io& io, Options options, std::shared_ptr<const Clock> clock);
    ~Client() override;  ///< stops

    /// Calls under way end with no answer, those that come after it are not sent: whoever still
    /// works may ask.
    void stop();

    void find(const std::string& receipt_id, std::move_only_function<void(gateway::Found)> done)
        override;
    void find_by_order(
        const std::string& order_id, std::move_only_function<void(gateway::FoundAll)> done
    ) override;
    void approve(
        const std::string& receipt_id, std::move_only_function<void(gateway::Approved)> done
    ) override;
    void cancel(
        const gateway::Cancel& cancel, std::move_only_function<void(gateway::Canceled)> done
    ) override;

    void find_key(
        const std::string& receipt_id, std::move_only_function<void(gateway::FoundKey)> done
    ) override;
    void charge(
        const gateway::Charge& charge, std::move_only_function<void(gateway::Approved)> done
    ) override;
    void reserve(
        const gateway::Charge& charge, Time at,
        std::move_only_function<void(gateway::Reserved)> done
    ) override;
    void find_reservation(
        const std::string& reserve_id, std::move_only_function<void(gateway::FoundReservation)> done
    ) override;
    void revoke_reservation(
        const std::string& reserve_id, std::move_only_function<void(gateway::Revoked)> done
    ) override;
    void revoke_key(
        const std::string& billing_key, std::move_only_function<void(gateway::Revoked)> done
    ) override;

 private:
    struct State;
    std::unique_ptr<State> x_state;
};

}  // namespace pay::bootpay
