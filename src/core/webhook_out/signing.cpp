#include "core/webhook_out/signing.hpp"

#include "core/dead_letter/bytes.hpp"
#include "core/digest/sha256.hpp"
#include "core/ident/ident.hpp"
#include "core/result/result.hpp"

namespace pay::webhook_out {
namespace {

constexpr std::string_view mark = "whsec_";
constexpr std::size_t secret_bytes = 32;

}  // namespace

std::string make_secret() {
    return std::string(mark) + dead_letter::to_base64(random_bytes(secret_bytes));
}

std::string sign(
    std::string_view secret, std::string_view id, std::int64_t seconds, std::string_view body
) {
    PAY_ASSERT(secret.starts_with(mark));
    const auto key = dead_letter::from_base64(secret.substr(mark.size()));
    PAY_ASSERT(key.has_value());
    std::string signed_text(id);
    signed_text += '.';
    signed_text += std::to_string(seconds);
    signed_text += '.';
    signed_text += body;
    return "v1," + dead_letter::to_base64(hmac_sha256(*key, signed_text));
}

http::Fields headers_of(
    const Endpoint& endpoint, const Delivery& delivery, Time sent_at, Time now
) {
    const auto seconds = to_epoch_ms(sent_at) / 1000;
    auto signatures = sign(endpoint.secret, delivery.event_id, seconds, delivery.body);
    if (!endpoint.previous_secret.empty() && endpoint.previous_until > now) {
        signatures += ' ';
        signatures += sign(endpoint.previous_secret, delivery.event_id, seconds, delivery.body);
    }
    return {
        {"content-type", "application/json"},
        {"user-agent", "payments-webhooks"},
        {"webhook-id", delivery.event_id},
        {"webhook-timestamp", std::to_string(seconds)},
        {"webhook-signature", std::move(signatures)},
        {"connection", "close"},
    };
}

}  // namespace pay::webhook_out
