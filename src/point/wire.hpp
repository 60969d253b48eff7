#pragma once

#include <string>
#include <string_view>

#include "core/result/result.hpp"
#include "point/types.hpp"

/// Bodies and payloads into what they ask for, and a wallet as the API shows it.
namespace pay::point {

/// The payload of a command; INVALID if it cannot be carried out.
Result<Command> read_command(std::string_view payload);

struct AdjustBody {
    Points points;
    std::string reason;
};
Result<AdjustBody> read_adjust(std::string_view body);

std::string to_text(const Wallet& wallet);

}  // namespace pay::point
