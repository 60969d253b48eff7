#include "core/http/keys.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <boost/json/parse.hpp>
#include <memory>
#include <stdexcept>

namespace pay::http {
namespace {

namespace json = boost::json;

template <auto release>
struct Release {
    template <class T>
    void operator()(T* pointer) const {
        release(pointer);
    }
};
using Bio = std::unique_ptr<BIO, Release<BIO_free_all>>;
using Number = std::unique_ptr<BIGNUM, Release<BN_free>>;
using PublicKey = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, Release<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Release<OSSL_PARAM_free>>;

constexpr int rsa_bits_min = 2048;

std::string text_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    const auto* text = value ? value->if_string() : nullptr;
    return text ? std::string(text->data(), text->size()) : std::string{};
}

PublicKey build(const char* kind, OSSL_PARAM_BLD* builder) {
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
    EVP_PKEY* key = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
        return nullptr;
    }
    return PublicKey(key);
}

Number to_number(const std::string& bytes) {
    const auto* begin = reinterpret_cast<const unsigned char*>(bytes.data());
    return Number(BN_bin2bn(begin, static_cast<int>(bytes.size()), nullptr));
}

PublicKey rsa_key(const json::object& jwk) {
    const auto modulus = decode_base64url(text_of(jwk, "n"));
    const auto exponent = decode_base64url(text_of(jwk, "e"));
    if (!modulus || !exponent || modulus->empty() || exponent->empty()) return nullptr;
    const Number n = to_number(*modulus);
    const Number e = to_number(*exponent);
    const ParameterBuilder builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
    return build("RSA", builder.get());
}

PublicKey ec_key(const json::object& jwk) {
    constexpr std::size_t coordinate = 32;
    const auto x = decode_base64url(text_of(jwk, "x"));
    const auto y = decode_base64url(text_of(jwk, "y"));
    if (text_of(jwk, "crv") != "P-256" || !x || !y) return nullptr;
    if (x->size() != coordinate || y->size() != coordinate) return nullptr;
    const std::string point = '\x04' + *x + *y;
    const ParameterBuilder builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
    OSSL_PARAM_BLD_push_octet_string(
        builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()
    );
    return build("EC", builder.get());
}

/// Which algorithm the key is for; nothing for kinds, curves and sizes we do not take.
std::optional<Algorithm> algorithm_of(const EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "RSA") != 0 && EVP_PKEY_get_bits(key) >= rsa_bits_min) {
        return Algorithm::rs256;
    }
    char group[32] = {};
    if (EVP_PKEY_is_a(key, "EC") != 0 &&
        EVP_PKEY_get_group_name(key, group, sizeof group, nullptr) == 1 &&
        std::string_view(group) == "prime256v1") {
        return Algorithm::es256;
    }
    return std::nullopt;
}

std::optional<Key> to_key(const EVP_PKEY* key, std::string id) {
    const auto algorithm = key ? algorithm_of(key) : std::nullopt;
    if (!algorithm) return std::nullopt;
    const Bio out(BIO_new(BIO_s_mem()));
    if (PEM_write_bio_PUBKEY(out.get(), key) != 1) return std::nullopt;
    char* begin = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &begin);
    return Key{std::move(id), *algorithm, std::string(begin, static_cast<std::size_t>(size))};
}

std::optional<Key> from_jwk(const json::value& value) {
    const auto* jwk = value.if_object();
    if (!jwk) return std::nullopt;
    const std::string kind = text_of(*jwk, "kty");
    const std::string use = text_of(*jwk, "use");
    if (!use.empty() && use != "sig") return std::nullopt;
    const PublicKey key = kind == "RSA" ? rsa_key(*jwk) : kind == "EC" ? ec_key(*jwk) : nullptr;
    auto found = to_key(key.get(), text_of(*jwk, "kid"));
    const std::string named = text_of(*jwk, "alg");
    const bool same = !found || named.empty() ||
                      named == (found->algorithm == Algorithm::rs256 ? "RS256" : "ES256");
    return same ? found : std::nullopt;
}

std::vector<Key> from_key_set(const std::string& document) {
    boost::system::error_code failed;
    const json::value root = json::parse(document, failed);
    const auto* object = failed ? nullptr : root.if_object();
    const auto* keys = object ? object->if_contains("keys") : nullptr;
    std::vector<Key> found;
    if (!keys || !keys->is_array()) return found;
    for (const auto& jwk : keys->get_array()) {
        if (auto key = from_jwk(jwk)) found.push_back(std::move(*key));
    }
    return found;
}

std::vector<Key> from_pem(const std::string& document) {
    const Bio in(BIO_new_mem_buf(document.data(), static_cast<int>(document.size())));
    const PublicKey key(PEM_read_bio_PUBKEY(in.get(), nullptr, nullptr, nullptr));
    std::vector<Key> found;
    if (auto one = to_key(key.get(), {})) found.push_back(std::move(*one));
    return found;
}

}  // namespace

std::vector<Key> parse_keys(const std::string& document) {
    const auto first = document.find_first_not_of(" \t\r\n");
    const bool is_set = first != std::string::npos && document[first] == '{';
    auto keys = is_set ? from_key_set(document) : from_pem(document);
    if (keys.empty()) throw std::runtime_error("holds no RSA (2048 bits) or P-256 public key");
    return keys;
}

std::optional<TokenHeader> parse_token_header(std::string_view token) {
    const auto dot = token.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto text = decode_base64url(token.substr(0, dot));
    if (!text) return std::nullopt;
    boost::system::error_code failed;
    const json::value root = json::parse(*text, failed);
    const auto* object = failed ? nullptr : root.if_object();
    if (!object) return std::nullopt;
    TokenHeader header;
    header.key_id = text_of(*object, "kid");
    const std::string name = text_of(*object, "alg");
    if (name == "HS256") header.algorithm = Algorithm::hs256;
    if (name == "RS256") header.algorithm = Algorithm::rs256;
    if (name == "ES256") header.algorithm = Algorithm::es256;
    return header;
}

std::optional<std::string> decode_base64url(std::string_view text) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    unsigned bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        const auto value = alphabet.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        bits = bits << 6U | static_cast<unsigned>(value);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>(bits >> count & 0xFFU);
    }
    if (count >= 6) return std::nullopt;  // a lone last character
    return bytes;
}

}  // namespace pay::http
