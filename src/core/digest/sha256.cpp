#include "core/digest/sha256.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "core/result/result.hpp"

namespace pay {
namespace {

/// Looked up once: OpenSSL takes longer to find an algorithm by its name than to run it.
const EVP_MD* algorithm() {
    static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> found(
        EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free
    );
    PAY_ASSERT(found);
    return found.get();
}

}  // namespace

struct Sha256::Context {
    Context() { begin(); }
    void begin() { PAY_ASSERT(context && EVP_DigestInit_ex2(context.get(), algorithm(), {}) == 1); }

    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{
        EVP_MD_CTX_new(), &EVP_MD_CTX_free
    };
};

Sha256::Sha256() : x_context(std::make_unique<Context>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(std::string_view text) {
    PAY_ASSERT(EVP_DigestUpdate(x_context->context.get(), text.data(), text.size()) == 1);
}

std::string Sha256::take() {
    std::array<unsigned char, 32> digest{};
    PAY_ASSERT(EVP_DigestFinal_ex(x_context->context.get(), digest.data(), nullptr) == 1);
    x_context->begin();
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    text.reserve(2 * digest.size());
    for (const unsigned char byte : digest) {
        text += hex[byte >> 4U];
        text += hex[byte & 15U];
    }
    return text;
}

std::string sha256(std::string_view text) {
    thread_local Sha256 digest;
    digest.add(text);
    return digest.take();
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
    std::array<unsigned char, 32> code{};
    unsigned length = 0;
    const auto* const begin = reinterpret_cast<const unsigned char*>(text.data());
    const auto* const made = HMAC(
        algorithm(), key.data(), static_cast<int>(key.size()), begin, text.size(), code.data(),
        &length
    );
    PAY_ASSERT(made != nullptr && length == code.size());
    return {code.begin(), code.end()};
}

}  // namespace pay
