#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace pay {

/// SHA-256 of texts that come piece by piece. One thread at a time.
class Sha256 {
 public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void add(std::string_view text);
    /// Of all that was added, as 64 lower-case hex digits; then it begins anew.
    std::string take();

 private:
    struct Context;
    std::unique_ptr<Context> x_context;
};

/// Of one text.
std::string sha256(std::string_view text);

/// HMAC-SHA256 (RFC 2104) of a text, as 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view text);

}  // namespace pay
