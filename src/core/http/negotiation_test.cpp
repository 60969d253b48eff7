#include "core/http/negotiation.hpp"

#include <doctest/doctest.h>

#include "core/http/proxies.hpp"
#include "core/http/target.hpp"
#include "core/http/utf8.hpp"

using namespace pay::http;

TEST_CASE("Korean is spoken to who prefers it") {
    for (const auto* header :
         {"ko", "ko-KR", "KO", "ko-KR,ko;q=0.9,en;q=0.8", "en;q=0.1, ko;q=0.2", "fr, ko;q=0.5",
          "ko,en", "*;q=0.5, en;q=0.1", "ko;q=1.000"}) {
        CHECK_MESSAGE(preferred_language(header) == Language::ko, header);
    }
    for (const auto* header :
         {"", "en", "en,ko", "fr", "*", "ko;q=0", "ko;q=0.5,en;q=0.6", ";;;,,,", "kok",
          "ko;q=0.1,*;q=0.9", "ko;q=0.999,en-US"}) {
        CHECK_MESSAGE(preferred_language(header) == Language::en, header);
    }
}

TEST_CASE("a request id is taken in if it is one") {
    CHECK(request_id_from("Abc-1._") == "Abc-1._");
    CHECK(request_id_from(std::string(128, 'a')) == std::string(128, 'a'));
    for (const std::string& bad :
         {std::string{}, std::string(129, 'a'), std::string{"a b"}, std::string{"a\"b"}}) {
        CHECK(request_id_from(bad).size() == 32);
    }
}

TEST_CASE("a trace is gone on with if it is well formed") {
    const std::string trace = "0af7651916cd43dd8448eb211c80319c";
    const std::string span = "b7ad6b7169203331";
    for (const auto& good :
         {"00-" + trace + "-" + span + "-00", "01-" + trace + "-" + span + "-00-more"}) {
        const auto made = traceparent_from(good);
        CHECK(made.size() == 55);
        CHECK(made.starts_with("00-" + trace + "-"));
        CHECK(made.ends_with("-00"));
        CHECK(made.substr(36, 16) != span);
    }
    for (const auto& bad :
         {std::string{}, "ff-" + trace + "-" + span + "-00", "00-" + trace + "-" + span,
          "00-" + trace + "-" + span + "-00-more", "00-" + trace + "-0000000000000000-00",
          "00-" + std::string(32, '0') + "-" + span + "-01",
          "00-0AF7651916CD43DD8448EB211C80319C-" + span + "-01"}) {
        const auto made = traceparent_from(bad);
        CHECK(made.size() == 55);
        CHECK(made.find(trace) == std::string::npos);
        CHECK(made.ends_with("-01"));
    }
}

TEST_CASE("X-Forwarded-For is believed from trusted proxies alone") {
    const auto peer = [](const char* text) { return text_of(boost::asio::ip::make_address(text)); };
    const Proxies proxies({"10.0.0.0/8", "127.0.0.1", "fd00::/8"});
    const Fields forged{{"x-forwarded-for", "1.1.1.1, 2.2.2.2"}, {"x-forwarded-for", "10.1.1.1"}};
    CHECK(proxies.client(peer("9.9.9.9"), forged) == "9.9.9.9");
    CHECK(proxies.client(peer("10.0.0.1"), forged) == "2.2.2.2");
    CHECK(proxies.client(peer("::ffff:127.0.0.1"), forged) == "2.2.2.2");
    CHECK(proxies.client(peer("fd00::1"), {{"x-forwarded-for", "2001:db8::7"}}) == "2001:db8::7");
    CHECK(proxies.client(peer("10.0.0.1"), {}) == "10.0.0.1");
    CHECK(
        proxies.client(peer("10.0.0.1"), {{"x-forwarded-for", "8.8.8.8, nonsense"}}) == "10.0.0.1"
    );
    CHECK(Proxies({}).client(peer("127.0.0.1"), forged) == "127.0.0.1");
}

TEST_CASE("queries are decoded or refused") {
    const auto fields = parse_query("a=1&b=%ED%95%9C+x&&c&d=e=f");
    REQUIRE(fields);
    CHECK(*fields == Fields{{"a", "1"}, {"b", "한 x"}, {"c", ""}, {"d", "e=f"}});
    CHECK(parse_query("")->empty());
    for (const auto* bad : {"a=%", "a=%2", "a=%zz", "a=%ff", "%c0%af=1", "a=%00", "a=%0d%0ab"}) {
        CHECK_MESSAGE(!parse_query(bad), bad);
        CHECK(parse_form(std::string("x=1&") + bad + "&y=2") == Fields{{"x", "1"}, {"y", "2"}});
    }
}

TEST_CASE("UTF-8 is told from what is none") {
    for (const auto* good :
         {"", "plain ASCII text of some length", "한국어 텍스트입니다", "\xF0\x9F\x92\xB0",
          "a\xC3\xA9"}) {
        CHECK(is_utf8(good));
    }
    for (const auto* bad :
         {"\x80", "\xC0\xAF", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
          "\xF8\x88\x80\x80\x80", "\xFF", "long enough ASCII \xE2\x82"}) {
        CHECK_FALSE(is_utf8(bad));
    }
}
