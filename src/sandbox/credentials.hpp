#pragma once

#include <expected>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "sandbox/types.hpp"

namespace pay::sandbox {

/// The keys of the one project there is, in both of Bootpay's forms.
struct Keys {
    std::string application_id = "sandbox";
    std::string private_key = "sandbox";
    std::string client_key = "sandbox";
    std::string secret_key = "sandbox";
};

struct AccessToken {
    std::string text;
    std::int64_t seconds_left = 0;
};

/// Who may call: issues access tokens and checks the Authorization header. A token lives 30
/// minutes; for its first 25 the same one is given again, then a new one while the old lives on.
/// Any thread.
class Credentials {
 public:
    Credentials(Keys keys, std::shared_ptr<const Clock> clock);

    [[nodiscard]] std::expected<AccessToken, Refusal> issue(
        std::string_view application_id, std::string_view private_key
    );
    /// Bearer or Basic.
    [[nodiscard]] std::expected<void, Refusal> check(std::string_view authorization) const;
    static bool is_bearer(std::string_view authorization);
    /// All tokens given out stop working.
    void revoke_tokens();

 private:
    struct Issued {
        std::string text;
        Time at{};
    };
    bool alive(const Issued& token, std::string_view text) const;
    std::expected<void, Refusal> check_basic(std::string_view encoded) const;

    const Keys x_keys;
    const std::shared_ptr<const Clock> x_clock;
    mutable std::mutex x_mutex;
    Issued x_current;
    Issued x_previous;
};

}  // namespace pay::sandbox
