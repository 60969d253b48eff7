#include "core/http/token.hpp"

#include <doctest/doctest.h>
#include <jwt.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/http/keys.hpp"

using namespace pay;
using namespace pay::http;

namespace {

const std::string secret = "a secret of at least thirty-two bytes";
const Time start = from_epoch_ms(1'772'414'130'000);
constexpr long start_s = 1'772'414'130;

struct SignedBy {
    std::string public_pem;
    std::string private_pem;
    std::string jwk;
};

std::string base64url(std::string_view bytes) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text;
    unsigned bits = 0;
    unsigned count = 0;
    for (const char c : bytes) {
        bits = bits << 8U | static_cast<unsigned char>(c);
        for (count += 8; count >= 6; count -= 6) text += alphabet[bits >> (count - 6) & 63U];
    }
    if (count > 0) text += alphabet[bits << (6 - count) & 63U];
    return text;
}

std::string number(const EVP_PKEY* key, const char* name) {
    BIGNUM* value = nullptr;
    REQUIRE(EVP_PKEY_get_bn_param(key, name, &value) == 1);
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
    BN_bn2bin(value, reinterpret_cast<unsigned char*>(bytes.data()));
    BN_free(value);
    return bytes;
}

std::string coordinate(const EVP_PKEY* key, const char* name) {
    const std::string bytes = number(key, name);
    return std::string(32 - bytes.size(), '\0') + bytes;
}

SignedBy make_key(const char* kind, const std::string& kid) {
    EVP_PKEY* key = kind == std::string_view("RSA") ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
    REQUIRE(key);
    const auto text = [](BIO* bio) {
        char* begin = nullptr;
        const auto size = BIO_get_mem_data(bio, &begin);
        std::string copy(begin, static_cast<std::size_t>(size));
        BIO_free(bio);
        return copy;
    };
    SignedBy made;
    BIO* out = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(out, key);
    made.public_pem = text(out);
    out = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    made.private_pem = text(out);
    if (kind == std::string_view("RSA")) {
        made.jwk = R"({"kty":"RSA","kid":")" + kid + R"(","n":")" + base64url(number(key, "n")) +
                   R"(","e":")" + base64url(number(key, "e")) + "\"}";
    } else {
        made.jwk = R"({"kty":"EC","crv":"P-256","kid":")" + kid + R"(","x":")" +
                   base64url(coordinate(key, OSSL_PKEY_PARAM_EC_PUB_X)) + R"(","y":")" +
                   base64url(coordinate(key, OSSL_PKEY_PARAM_EC_PUB_Y)) + "\"}";
    }
    EVP_PKEY_free(key);
    return made;
}

/// A token of any claims, signed in any way.
std::string sign(
    const std::string& claims, jwt_alg_t algorithm, const std::string& key,
    const char* kid = nullptr
) {
    jwt_t* token = nullptr;
    REQUIRE(jwt_new(&token) == 0);
    REQUIRE(jwt_add_grants_json(token, claims.c_str()) == 0);
    if (kid) jwt_add_header(token, "kid", kid);
    const auto* bytes = reinterpret_cast<const unsigned char*>(key.data());
    REQUIRE(
        jwt_set_alg(
            token, algorithm, key.empty() ? nullptr : bytes, static_cast<int>(key.size())
        ) == 0
    );
    char* text = jwt_encode_str(token);
    REQUIRE(text);
    std::string copy = text;
    std::free(text);
    jwt_free(token);
    return copy;
}

std::string claims(const std::string& more = {}) {
    return R"({"sub":"user-1","exp":)" + std::to_string(start_s + 60) + more + "}";
}

struct KeysFile {
    explicit KeysFile(const std::string& text) {
        std::string name = (std::filesystem::temp_directory_path() / "keys-XXXXXX").string();
        const int descriptor = ::mkstemp(name.data());
        REQUIRE(descriptor >= 0);
        ::close(descriptor);
        path = name;
        std::ofstream(path) << text;
    }
    KeysFile(const KeysFile&) = delete;
    KeysFile& operator=(const KeysFile&) = delete;
    ~KeysFile() { std::filesystem::remove(path); }
    std::string path;
};

struct Verified {
    explicit Verified(TokenOptions options) : verifier(std::move(options), clock) {}
    bool holds(const std::string& token) const {
        return verifier.verify("Bearer " + token).has_value();
    }
    Code refusal(const std::string& authorization) const {
        const auto caller = verifier.verify(authorization);
        REQUIRE_FALSE(caller.has_value());
        return caller.error().code;
    }

    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>(start);
    TokenVerifier verifier;
};

TokenOptions by_secret() {
    return {.secret = secret};
}

}  // namespace

TEST_CASE("a signed token gives its caller until it expires") {
    const Verified verified(by_secret());
    const TokenClaims admin{
        .user_id = "a@b.c", .role = Role::admin, .expires = start + Duration{60'000}
    };
    const std::string header = "Bearer " + sign_token(admin, secret, start);
    for (int i = 0; i < 2; ++i) {  // the second time from memory
        const auto caller = verified.verifier.verify(header);
        REQUIRE(caller.has_value());
        CHECK(caller->user_id == "a@b.c");
        CHECK(caller->admin());
    }
    CHECK(verified.verifier.verify("bearer " + header.substr(7)).has_value());
    verified.clock->advance(Duration{59'999});
    CHECK(verified.verifier.verify(header).has_value());
    verified.clock->advance(Duration{1});
    CHECK(verified.refusal(header) == Code::invalid_token);
    CHECK(verified.refusal(header) == Code::invalid_token);
}

TEST_CASE("no bearer token at all is UNAUTHORIZED") {
    const Verified verified(by_secret());
    for (const auto* header : {"", "Bearer", "Bearer ", "Basic dTpw", "bearerx"}) {
        CHECK(verified.refusal(header) == Code::unauthorized);
    }
}

TEST_CASE("claims that break a rule are refused") {
    const Verified verified(by_secret());
    const auto holds = [&](const std::string& text) {
        return verified.holds(sign(text, JWT_ALG_HS256, secret));
    };
    const std::string later = std::to_string(start_s + 60);
    CHECK(holds(claims()));
    CHECK(holds(claims(R"(,"role":"user","nbf":)" + std::to_string(start_s))));
    const std::string bad[] = {
        R"({"sub":"user-1"})",
        R"({"sub":"user-1","exp":")" + later + "\"}",
        R"({"sub":"user-1","exp":)" + later + ".5}",
        R"({"sub":"user-1","exp":null})",
        R"({"sub":"user-1","exp":)" + std::to_string(start_s) + "}",
        R"({"exp":)" + later + "}",
        R"({"sub":"","exp":)" + later + "}",
        R"({"sub":7,"exp":)" + later + "}",
        R"({"sub":"-user","exp":)" + later + "}",
        R"({"sub":"us er","exp":)" + later + "}",
        R"({"sub":"a'; --","exp":)" + later + "}",
        R"({"sub":"사용자","exp":)" + later + "}",
        R"({"sub":")" + std::string(65, 'u') + R"(","exp":)" + later + "}",
        claims(R"(,"role":"root")"),
        claims(R"(,"role":"Admin")"),
        claims(R"(,"role":["admin"])"),
        claims(R"(,"role":true)"),
        claims(R"(,"nbf":)" + std::to_string(start_s + 1)),
        claims(R"(,"nbf":"soon")"),
    };
    for (const auto& text : bad) CHECK_MESSAGE(!holds(text), text);
}

TEST_CASE("a secret verifies HS256 alone") {
    const Verified verified(by_secret());
    const auto rsa = make_key("RSA", "r");
    CHECK_FALSE(verified.holds(sign(claims(), JWT_ALG_HS384, secret)));
    CHECK_FALSE(verified.holds(sign(claims(), JWT_ALG_HS512, secret)));
    CHECK_FALSE(verified.holds(sign(claims(), JWT_ALG_RS256, rsa.private_pem)));
    CHECK_FALSE(verified.holds(sign(claims(), JWT_ALG_NONE, {})));
    CHECK_FALSE(verified.holds(sign(claims(), JWT_ALG_HS256, secret + "x")));
    for (const auto* name : {"none", "None", "NONE", "hs256", ""}) {
        const std::string header = std::string(R"({"typ":"JWT","alg":")") + name + "\"}";
        CHECK_FALSE(verified.holds(base64url(header) + '.' + base64url(claims()) + '.'));
        CHECK_FALSE(verified.holds(base64url(header) + '.' + base64url(claims())));
    }
}

TEST_CASE("what is no token is refused") {
    const Verified verified(by_secret());
    const std::string token = sign(claims(), JWT_ALG_HS256, secret);
    for (std::size_t size = 1; size < token.size(); ++size) {
        CHECK_FALSE(verified.holds(token.substr(0, size)));
    }
    CHECK_FALSE(verified.holds(token + ".x"));
    CHECK_FALSE(verified.holds(token + "AAAA"));
    CHECK_FALSE(verified.holds(std::string(10'240, 'A')));
    CHECK_FALSE(verified.holds("..."));
    CHECK_FALSE(verified.holds(std::string(5'000, '.')));
    CHECK_FALSE(verified.holds(base64url(std::string(5'000, '[')) + ".e30.e30"));
    std::string other = token;
    other[token.find('.') + 3] = other[token.find('.') + 3] == 'a' ? 'b' : 'a';
    CHECK_FALSE(verified.holds(other));
}

TEST_CASE("issuer and audience are checked where they are set") {
    const Verified verified({.secret = secret, .issuer = "us", .audience = "payments"});
    const auto holds = [&](const std::string& more) {
        return verified.holds(sign(claims(more), JWT_ALG_HS256, secret));
    };
    CHECK(holds(R"(,"iss":"us","aud":"payments")"));
    CHECK(holds(R"(,"iss":"us","aud":["x","payments"])"));
    CHECK_FALSE(holds(R"(,"iss":"them","aud":"payments")"));
    CHECK_FALSE(holds(R"(,"aud":"payments")"));
    CHECK_FALSE(holds(R"(,"iss":"us")"));
    CHECK_FALSE(holds(R"(,"iss":"us","aud":["x"])"));
    CHECK_FALSE(holds(R"(,"iss":"us","aud":{"payments":1})"));
    const TokenClaims made{
        .user_id = "u", .expires = start + Duration{5'000}, .issuer = "us", .audience = "payments"
    };
    CHECK(verified.holds(sign_token(made, secret, start)));
}

TEST_CASE("a public key verifies its own algorithm and never HS256") {
    for (const bool is_rsa : {true, false}) {
        const auto key = make_key(is_rsa ? "RSA" : "EC", "k");
        const auto algorithm = is_rsa ? JWT_ALG_RS256 : JWT_ALG_ES256;
        const KeysFile pem(key.public_pem);
        const Verified verified({.keys_file = pem.path});
        CHECK(verified.holds(sign(claims(), algorithm, key.private_pem)));
        CHECK_FALSE(verified.holds(sign(claims(), JWT_ALG_HS256, key.public_pem)));
        CHECK_FALSE(verified.holds(sign(claims(), JWT_ALG_NONE, {})));
        CHECK_FALSE(verified.holds(
            sign(claims(), algorithm, make_key(is_rsa ? "RSA" : "EC", "x").private_pem)
        ));
        if (is_rsa) CHECK_FALSE(verified.holds(sign(claims(), JWT_ALG_RS512, key.private_pem)));
    }
}

TEST_CASE("a key set chooses by kid") {
    const auto rsa = make_key("RSA", "one");
    const auto ec = make_key("EC", "two");
    const KeysFile set(R"({"keys":[{"kty":"oct","k":"c2VjcmV0"},)" + rsa.jwk + ',' + ec.jwk + "]}");
    const Verified verified({.keys_file = set.path});
    CHECK(verified.holds(sign(claims(), JWT_ALG_RS256, rsa.private_pem, "one")));
    CHECK(verified.holds(sign(claims(), JWT_ALG_ES256, ec.private_pem, "two")));
    CHECK(verified.holds(sign(claims(), JWT_ALG_ES256, ec.private_pem)));
    CHECK_FALSE(verified.holds(sign(claims(), JWT_ALG_RS256, rsa.private_pem, "two")));
    CHECK_FALSE(verified.holds(sign(claims(), JWT_ALG_RS256, rsa.private_pem, "three")));
    CHECK_FALSE(verified.holds(sign(claims(), JWT_ALG_HS256, rsa.public_pem, "one")));
    CHECK_FALSE(verified.holds(sign(claims(), JWT_ALG_HS256, "secret", nullptr)));
}

TEST_CASE("what can verify nothing is refused at the start") {
    const auto refused = [](const TokenOptions& options) {
        CHECK_THROWS_AS(
            TokenVerifier(options, std::make_shared<SystemClock>()), std::runtime_error
        );
    };
    refused({});
    refused({.secret = "short"});
    refused({.secret = secret, .keys_file = "/nowhere"});
    refused({.keys_file = "/nowhere/keys"});
    for (const auto* text :
         {"", "nonsense", "{", R"({"keys":[]})", R"({"keys":[{"kty":"oct","k":"eA"}]})",
          R"({"keys":[1,{"kty":"RSA","n":"!","e":"AQAB"}]})",
          R"({"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]})",
          R"({"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]})"}) {
        const KeysFile file(text);
        refused({.keys_file = file.path});
    }
}

TEST_CASE("user ids have their form") {
    for (const auto* id : {"a", "7", "user-1", "A.b_c@d-e"}) CHECK(is_user_id(id));
    for (const auto* id : {"", ".a", "@a", "a b", "a/b", "a%", "é"}) CHECK_FALSE(is_user_id(id));
    CHECK(is_user_id(std::string(64, 'a')));
    CHECK_FALSE(is_user_id(std::string(65, 'a')));
}
