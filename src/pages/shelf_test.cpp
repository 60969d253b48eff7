#include "pages/shelf.hpp"

#include <doctest/doctest.h>

#include <array>

namespace pay::pages {
namespace {

constexpr std::array<EmbeddedFile, 6> built{{
    {"index.html", "<p>a page, long enough to be shorter once it is compressed</p>"},
    {"index.html.br", "br of page"},
    {"index.html.gz", "gz of the page"},
    {"assets/a.js", "x"},
    {"assets/a.js.br", "longer"},
    {"assets/f.woff2", "font"},
}};

TEST_CASE("which coding a caller takes") {
    CHECK(accepts("br", "br"));
    CHECK(accepts("gzip, deflate, br", "br"));
    CHECK(accepts("gzip;q=1.0, BR;q=0.001", "br"));
    CHECK(accepts("*", "br"));
    CHECK(accepts("gzip;q=0, *;q=0.5", "br"));
    CHECK_FALSE(accepts("", "br"));
    CHECK_FALSE(accepts("gzip", "br"));
    CHECK_FALSE(accepts("brotli", "br"));
    CHECK_FALSE(accepts("br;q=0", "br"));
    CHECK_FALSE(accepts("br; q=0.000, *", "br"));
    CHECK_FALSE(accepts("*;q=0", "br"));
    CHECK_FALSE(accepts(",;,=;q", "br"));
}

TEST_CASE("the best variant that is taken") {
    const Shelf shelf(built);
    const Asset* page = shelf.find("index.html");
    REQUIRE(page);
    CHECK(page->content_type == "text/html; charset=utf-8");
    CHECK(page->choose("gzip, br").encoding == "br");
    CHECK(page->choose("gzip, br").text == "br of page");
    CHECK(page->choose("gzip, br;q=0").encoding == "gzip");
    CHECK(page->choose("identity").encoding.empty());
    CHECK(page->choose("").text == built[0].text);
    CHECK(page->choose("").etag != page->choose("br").etag);
}

TEST_CASE("what is not smaller is no variant, and a variant is no file") {
    const Shelf shelf(built);
    const Asset* script = shelf.find("assets/a.js");
    REQUIRE(script);
    CHECK(script->choose("br").encoding.empty());
    CHECK(script->content_type == "text/javascript; charset=utf-8");
    CHECK(shelf.find("assets/f.woff2")->content_type == "font/woff2");
    CHECK(shelf.find("assets/a.js.br") == nullptr);
    CHECK(shelf.find("assets") == nullptr);
    CHECK(shelf.find("") == nullptr);
}

TEST_CASE("whether a caller has it") {
    CHECK(names(R"("a")", R"("a")"));
    CHECK(names(R"("b", W/"a")", R"("a")"));
    CHECK(names("*", R"("a")"));
    CHECK_FALSE(names("", R"("a")"));
    CHECK_FALSE(names("a", R"("a")"));
    CHECK_FALSE(names(R"("ab")", R"("a")"));
}

}  // namespace
}  // namespace pay::pages
