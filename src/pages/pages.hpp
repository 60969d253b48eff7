#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/embedded.hpp"
#include "core/http/router.hpp"

/// The pages for people, built from web/ and kept in the executable: the shop at `/`, the console,
/// the reference of the API.
namespace pay::pages {

/// What the build made of web/, each text with its FILE.br and FILE.gz; nothing if the executable
/// was built without pages.
extern const std::span<const EmbeddedFile> files;

/// What the pages' content security policies depend on.
struct Surroundings {
    std::string sandbox_origin{};          ///< whose payment page the shop frames; empty: Bootpay's
    std::vector<std::string> embedders{};  ///< origins whose pages may frame the shop
};

/// GET `/`, `/console`, `/docs`, `/favicon.svg` and `/assets/{file}`. A page is asked for anew each
/// time (304 if it is the same), an asset has its digest in its name and is kept for a year.
/// Without built files each of them is 404. `built` must outlive the routes.
std::vector<http::Route> routes(
    std::span<const EmbeddedFile> built, const Surroundings& surroundings
);

}  // namespace pay::pages
