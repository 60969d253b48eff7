#include "pages/pages.hpp"

#include <memory>
#include <utility>

#include "pages/policy.hpp"
#include "pages/shelf.hpp"

namespace pay::pages {
namespace {

using http::Access;
using http::Request;
using http::Responder;
using http::Response;

constexpr std::string_view ask_again = "no-cache";
constexpr std::string_view keep = "public, max-age=31536000, immutable";

/// The best variant for the caller, or 304 if they have it.
Response answer(const Asset& asset, const Request& request, http::Fields headers) {
    const Variant& variant = asset.choose(request.header("accept-encoding"));
    Response response;
    response.content_type = asset.content_type;
    response.headers = std::move(headers);
    response.headers.emplace_back("etag", variant.etag);
    response.headers.emplace_back("vary", "accept-encoding");
    response.headers.emplace_back("x-content-type-options", "nosniff");
    response.headers.emplace_back("referrer-policy", "no-referrer");
    if (names(request.header("if-none-match"), variant.etag)) {
        response.status = 304;
        return response;
    }
    if (!variant.encoding.empty()) {
        response.headers.emplace_back("content-encoding", variant.encoding);
    }
    response.body = variant.text;
    return response;
}

void send(
    const Asset* asset, const Request& request, Responder responder, const http::Fields& headers
) {
    if (!asset) return responder.refuse(Error{Code::not_found});
    responder.send(answer(*asset, request, headers));
}

http::Fields page_headers(std::string policy, bool framed) {
    http::Fields headers{
        {"cache-control", std::string(ask_again)}, {"content-security-policy", std::move(policy)}
    };
    // It can name no origins: where some may frame a page, the policy alone says which.
    if (!framed) headers.emplace_back("x-frame-options", "DENY");
    return headers;
}

}  // namespace

std::vector<http::Route> routes(
    std::span<const EmbeddedFile> built, const Surroundings& surroundings
) {
    const auto shelf = std::make_shared<const Shelf>(built);
    const auto file = [shelf](std::string_view path, std::string_view name, http::Fields headers) {
        return http::Route{
            http::Method::get, path, Access::open,
            [shelf, name, headers = std::move(headers)](
                const Request& request, Responder responder
            ) { send(shelf->find(name), request, std::move(responder), headers); }
        };
    };
    const bool framed = !surroundings.embedders.empty();
    return {
        file("/", "index.html", page_headers(shop_policy(surroundings), framed)),
        file("/console", "console.html", page_headers(closed_policy(), false)),
        file("/docs", "docs.html", page_headers(closed_policy(), false)),
        file("/favicon.svg", "favicon.svg", {{"cache-control", std::string(ask_again)}}),
        {http::Method::get, "/assets/{file}", Access::open,
         [shelf](const Request& request, Responder responder) {
             send(
                 shelf->find("assets/" + request.parameters.at(0)), request, std::move(responder),
                 {{"cache-control", std::string(keep)}}
             );
         }},
    };
}

}  // namespace pay::pages
