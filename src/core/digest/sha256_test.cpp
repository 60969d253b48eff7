#include "core/digest/sha256.hpp"

#include <doctest/doctest.h>

using namespace pay;

TEST_CASE("the digests of the standard's examples") {
    CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("pieces are one text, and what was taken is over") {
    Sha256 digest;
    digest.add("a");
    digest.add("");
    digest.add("bc");
    CHECK(digest.take() == sha256("abc"));
    digest.add("abc");
    CHECK(digest.take() == sha256("abc"));
}

TEST_CASE("HMAC-SHA256 is what RFC 4231 says") {
    const auto hex = [](std::string_view bytes) {
        std::string text;
        for (const char byte : bytes) {
            text += "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4U];
            text += "0123456789abcdef"[static_cast<unsigned char>(byte) & 15U];
        }
        return text;
    };
    CHECK(
        hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    );
    CHECK(
        hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
    CHECK(
        hex(hmac_sha256(
            std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"
        )) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    );
}
