#pragma once

#include <string>
#include <string_view>

#include "core/http/message.hpp"
#include "core/webhook_out/types.hpp"

/// Signatures as Standard Webhooks has them, so that its libraries verify them.
namespace pay::webhook_out {

/// `whsec_` and 32 random bytes in base64.
std::string make_secret();

/// `v1,` and the HMAC-SHA256 of `id.seconds.body` in base64.
std::string sign(
    std::string_view secret, std::string_view id, std::int64_t seconds, std::string_view body
);

/// What a delivery is sent with: its id, the time and a signature for each secret that is valid
/// `now`. `sent_at`: by the world's clock, which receivers compare with theirs, while `now` may be
/// ahead in a test.
http::Fields headers_of(const Endpoint& endpoint, const Delivery& delivery, Time sent_at, Time now);

}  // namespace pay::webhook_out
