#pragma once

#include <string>

#include "app/order_file.hpp"
#include "core/terminal/terminal.hpp"

namespace pay::app {

/// An order for people: what it is, how far it is, and a table of each kind of thing it left.
std::string order_text(const OrderFile& file, const terminal::Screen& screen);

/// `5,000 won`, or `100 points` of an order that is paid with them.
std::string price_text(const order::OrderView& order);

}  // namespace pay::app
