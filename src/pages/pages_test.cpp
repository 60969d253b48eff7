#include "pages/pages.hpp"

#include <doctest/doctest.h>

#include <array>

#include "core/http/test_server.hpp"

namespace pay::pages {
namespace {

using http::test::has;

constexpr std::array<EmbeddedFile, 6> built{{
    {"assets/a-1.js", "let a = 'a script, longer than what it is compressed to';"},
    {"assets/a-1.js.br", "br of script"},
    {"console.html", "<p>console</p>"},
    {"docs.html", "<p>docs</p>"},
    {"favicon.svg", "<svg/>"},
    {"index.html", "<p>shop</p>"},
}};

const Surroundings sandbox{"http://127.0.0.1:8090", {}};

/// The pages, served.
struct Served {
    explicit Served(
        const Surroundings& surroundings = sandbox, std::span<const EmbeddedFile> files = built
    )
        : router(nullptr), served([this](http::Request request, http::Responder responder) {
              router.handle(std::move(request), std::move(responder));
          }) {
        router.add(routes(files, surroundings));
    }
    std::string get(std::string_view path, std::string_view headers = {}) const {
        return ask("GET", path, headers);
    }
    std::string ask(std::string_view method, std::string_view path, std::string_view headers = {})
        const {
        std::string line(method);
        line += ' ';
        line += path;
        return http::test::ask(served, http::test::request(line, headers));
    }

    http::Router router;
    http::test::Served served;
};

std::string field(const std::string& answer, std::string_view name) {
    const auto at = answer.find("\r\n" + std::string(name) + ": ");
    if (at == std::string::npos) return {};
    const auto begin = at + name.size() + 4;
    return answer.substr(begin, answer.find("\r\n", begin) - begin);
}

TEST_CASE("each page is html that is asked for anew, with a policy") {
    const Served pages;
    for (const auto& [path, text] :
         {std::pair{"/", "shop"}, std::pair{"/console", "console"}, std::pair{"/docs", "docs"}}) {
        CAPTURE(path);
        const auto answer = pages.get(path);
        CHECK(has(answer, "HTTP/1.1 200 "));
        CHECK(answer.ends_with("<p>" + std::string(text) + "</p>"));
        CHECK(field(answer, "content-type") == "text/html; charset=utf-8");
        CHECK(field(answer, "cache-control") == "no-cache");
        CHECK(field(answer, "vary") == "accept-encoding");
        CHECK(field(answer, "x-content-type-options") == "nosniff");
        CHECK(field(answer, "referrer-policy") == "no-referrer");
        CHECK(field(answer, "x-frame-options") == "DENY");
        const auto policy = field(answer, "content-security-policy");
        CHECK(has(policy, "default-src 'none'; script-src 'self';"));
        CHECK(has(policy, "; style-src 'self';"));
        CHECK(has(policy, "; connect-src 'self';"));
        CHECK(has(policy, "; form-action 'none';"));
        CHECK(has(policy, "; frame-ancestors 'none'"));
        CHECK_FALSE(has(policy, "unsafe"));
        CHECK_FALSE(has(policy, "bootpay"));
        CHECK(has(policy, "frame-src http://127.0.0.1:8090;") == (path == std::string_view("/")));
    }
}

TEST_CASE("only the shop may be framed, by those who were named") {
    const Served pages({"http://127.0.0.1:8090", {"https://novels.example", "http://a.example"}});
    const auto shop = pages.get("/");
    CHECK(has(shop, "; frame-ancestors 'self' https://novels.example http://a.example\r\n"));
    CHECK(field(shop, "x-frame-options").empty());
    for (const auto* path : {"/console", "/docs"}) {
        CHECK(has(pages.get(path), "; frame-ancestors 'none'\r\n"));
        CHECK(field(pages.get(path), "x-frame-options") == "DENY");
    }
}

TEST_CASE("Bootpay's hosts are allowed on the shop alone, and never as scripts") {
    const Served pages(Surroundings{});
    const auto policy = field(pages.get("/"), "content-security-policy");
    CHECK(has(policy, "; connect-src 'self' https://*.bootpay.co.kr;"));
    CHECK(has(policy, "; frame-src https://*.bootpay.co.kr;"));
    CHECK(has(policy, "; form-action https://*.bootpay.co.kr;"));
    CHECK(has(policy, "script-src 'self';"));
    CHECK_FALSE(has(pages.get("/console"), "bootpay"));
    CHECK_FALSE(has(pages.get("/docs"), "bootpay"));
}

TEST_CASE("an asset is kept for a year, compressed for those who take it") {
    const Served pages;
    const auto plain = pages.get("/assets/a-1.js");
    CHECK(plain.ends_with(built[0].text));
    CHECK(field(plain, "content-encoding").empty());
    CHECK(field(plain, "content-type") == "text/javascript; charset=utf-8");
    CHECK(field(plain, "cache-control") == "public, max-age=31536000, immutable");
    const auto small = pages.get("/assets/a-1.js", "Accept-Encoding: gzip, br\r\n");
    CHECK(small.ends_with("br of script"));
    CHECK(field(small, "content-encoding") == "br");
    CHECK(field(small, "vary") == "accept-encoding");
    CHECK(field(small, "etag") != field(plain, "etag"));
    CHECK(field(pages.get("/favicon.svg"), "content-type") == "image/svg+xml");
}

TEST_CASE("who has it already is told so") {
    const Served pages;
    for (const auto* path : {"/", "/assets/a-1.js"}) {
        const auto etag = field(pages.get(path), "etag");
        const auto again = pages.get(path, "If-None-Match: " + etag + "\r\n");
        CHECK(has(again, "HTTP/1.1 304 "));
        CHECK(again.ends_with("\r\n\r\n"));
        CHECK(field(again, "etag") == etag);
        CHECK(field(again, "cache-control") == field(pages.get(path), "cache-control"));
        CHECK(has(pages.get(path, "If-None-Match: \"other\"\r\n"), "HTTP/1.1 200 "));
    }
}

TEST_CASE("HEAD is answered like GET, other methods are not") {
    const Served pages;
    const auto head = pages.ask("HEAD", "/", "Connection: close\r\n");
    CHECK(has(head, "HTTP/1.1 200 "));
    CHECK(head.ends_with("\r\n\r\n"));
    CHECK(has(head, "content-length: 11\r\n"));
    CHECK(has(pages.ask("POST", "/", "Content-Length: 0\r\n"), "HTTP/1.1 405 "));
}

TEST_CASE("nothing else is there, however it is spelt") {
    const Served pages;
    for (const auto* path :
         {"/assets/b.js", "/assets/", "/assets", "/assets/a-1.js.br", "/assets/..%2findex.html",
          "/assets/../index.html", "/assets/%2e%2e/index.html", "/assets//a-1.js", "/index.html",
          "/console/", "//", "/.", "/docs%00", "/assets/a-1.js%00"}) {
        CAPTURE(path);
        const auto answer = pages.get(path);
        CHECK(has(answer, "HTTP/1.1 404 "));
        CHECK(has(answer, "\"NOT_FOUND\""));
    }
}

TEST_CASE("built without pages there are none") {
    const Served pages(sandbox, {});
    for (const auto* path : {"/", "/console", "/docs", "/favicon.svg", "/assets/a-1.js"}) {
        CAPTURE(path);
        const auto answer = pages.get(path);
        CHECK(has(answer, "HTTP/1.1 404 "));
        CHECK(has(answer, "\"NOT_FOUND\""));
    }
}

}  // namespace
}  // namespace pay::pages
