#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/embedded.hpp"

namespace pay::pages {

/// A file as it goes out: as it is, or compressed when it was built.
struct Variant {
    std::string_view encoding;  ///< of Content-Encoding; empty: none
    std::string_view text;
    std::string etag;  ///< quoted; of these bytes
};

struct Asset {
    std::string_view content_type;
    std::vector<Variant> variants;  ///< best first; the last one is not encoded

    /// The best that an Accept-Encoding takes.
    const Variant& choose(std::string_view accept_encoding) const;
};

/// The built files by their names; FILE.br and FILE.gz are variants of FILE, not files.
class Shelf {
 public:
    explicit Shelf(std::span<const EmbeddedFile> files);
    /// Null if there is none of this name.
    const Asset* find(std::string_view name) const;

 private:
    std::map<std::string_view, Asset> x_assets;
};

/// Whether an Accept-Encoding takes a coding: by its name or by `*`, unless its weight is zero.
bool accepts(std::string_view accept_encoding, std::string_view coding);
/// Whether an If-None-Match names this ETag, or any.
bool names(std::string_view if_none_match, std::string_view etag);

}  // namespace pay::pages
