#include "core/webhook_out/signing.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>

#include "core/dead_letter/bytes.hpp"
#include "core/sql/scratch_folder.hpp"

using namespace pay;
using namespace pay::webhook_out;

namespace {

const Time noon = from_epoch_ms(1'772'414'130'007);

Endpoint endpoint() {
    Endpoint made;
    made.id = "whe_1";
    made.secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    return made;
}

Delivery delivery(std::string body) {
    Delivery made;
    made.event_id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    made.body = std::move(body);
    return made;
}

std::string run(const std::string& command) {
    std::string text;
    auto* const pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
    REQUIRE(::pclose(pipe) == 0);
    return text;
}

}  // namespace

TEST_CASE("a signature is the one that Standard Webhooks gives as its example") {
    CHECK(
        sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
            R"({"test": 2432232314})"
        ) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    );
}

TEST_CASE("openssl computes the same signature, whatever is signed") {
    const sql::ScratchFolder folder;
    const auto file = (folder.path() / "signed").string();
    for (const auto* body : {"", "{}", R"({"id":"msg_1","data":{"title":"포인트 500"}})"}) {
        const auto secret = make_secret();
        const auto key = dead_letter::from_base64(secret.substr(6));
        REQUIRE(key);
        REQUIRE(key->size() == 32);
        std::string hex;
        for (const char byte : *key) {
            hex += "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4U];
            hex += "0123456789abcdef"[static_cast<unsigned char>(byte) & 15U];
        }
        std::ofstream(file) << "msg_1.1772414130." << body;
        const auto said =
            run("openssl dgst -sha256 -mac HMAC -macopt hexkey:" + hex + " -binary " + file +
                " | openssl base64");
        CHECK(sign(secret, "msg_1", 1772414130, body) + "\n" == "v1," + said);
    }
}

TEST_CASE("secrets are not the same twice") {
    CHECK(make_secret() != make_secret());
    CHECK(make_secret().starts_with("whsec_"));
}

TEST_CASE("a delivery goes out with its id, the time and a signature for each valid secret") {
    auto its = endpoint();
    const auto sent = delivery(R"({"a":1})");
    const auto one = sign(its.secret, sent.event_id, 1772414130, sent.body);
    auto headers = headers_of(its, sent, noon, noon);
    CHECK(http::find(headers, "webhook-id") == sent.event_id);
    CHECK(http::find(headers, "webhook-timestamp") == "1772414130");
    CHECK(http::find(headers, "webhook-signature") == one);
    CHECK(http::find(headers, "content-type") == "application/json");

    its.previous_secret = make_secret();
    its.previous_until = noon + Duration{1};
    headers = headers_of(its, sent, noon, noon);
    const auto two = sign(its.previous_secret, sent.event_id, 1772414130, sent.body);
    CHECK(http::find(headers, "webhook-signature") == one + " " + two);
    headers = headers_of(its, sent, noon, noon + Duration{1});
    CHECK(http::find(headers, "webhook-signature") == one);
}
