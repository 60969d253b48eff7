#include "app/nearest.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace pay::app {
namespace {

/// The more letters, the more of them may be wrong.
std::size_t most_wrong(std::string_view typed) {
    return typed.size() < 3 ? 1 : typed.size() < 8 ? 2 : 3;
}

}  // namespace

std::size_t distance(std::string_view one, std::string_view other) {
    // Rows of the table of all pairs of beginnings: the last two, and the one at work.
    std::vector<std::size_t> before;
    std::vector<std::size_t> above(other.size() + 1);
    std::vector<std::size_t> row(other.size() + 1);
    for (std::size_t j = 0; j <= other.size(); ++j) above[j] = j;
    for (std::size_t i = 1; i <= one.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= other.size(); ++j) {
            const std::size_t changed = one[i - 1] == other[j - 1] ? 0 : 1;
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + changed});
            const bool swapped =
                i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before = std::exchange(above, row);
    }
    return above[other.size()];
}

std::optional<std::string> nearest(std::string_view typed, std::span<const std::string> names) {
    if (names.empty() || typed.empty()) return std::nullopt;
    const auto far = [&](const std::string& name) { return distance(typed, name); };
    const auto best = std::ranges::min_element(names, {}, far);
    if (far(*best) <= most_wrong(typed) && far(*best) < typed.size()) return *best;
    const auto begins = [&](const std::string& name) { return name.starts_with(typed); };
    if (std::ranges::count_if(names, begins) != 1) return std::nullopt;
    return *std::ranges::find_if(names, begins);
}

}  // namespace pay::app
