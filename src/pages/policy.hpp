#pragma once

#include <string>

#include "pages/pages.hpp"

namespace pay::pages {

/// The shop's: its payment window's hosts are allowed, and its embedders may frame it.
std::string shop_policy(const Surroundings& surroundings);
/// Of the console and the reference: nothing from elsewhere, and no frame around them.
std::string closed_policy();

}  // namespace pay::pages
