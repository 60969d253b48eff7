#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What processes say of themselves at /metrics, and what two readings of it tell.
namespace pay::app {

/// Values by series, `name{label="value",…}` as it is written.
using Series = std::map<std::string, double, std::less<>>;

/// Adds what a text of Prometheus' format says, so that several processes add up.
void add_metrics(Series& series, std::string_view text);

/// The value of a label in the name of a series; empty if it has none such.
std::string_view label_of(std::string_view series, std::string_view label);

/// Two readings, and the time between them.
class Growth {
 public:
    Growth(const Series& before, const Series& after, double seconds)
        : x_before(before), x_after(after), x_seconds(seconds) {}

    /// By how much a counter grew in a second; 0 if it is not there, or began anew.
    double per_second(std::string_view series) const { return grown(series) / x_seconds; }
    /// The same, of all series of a name, by the value of a label.
    std::map<std::string, double> per_second_by(std::string_view name, std::string_view label)
        const;
    double grown(std::string_view series) const;
    /// Of a histogram: below which value this share of what was observed in between lies; nothing
    /// if nothing was.
    std::optional<double> quantile(std::string_view name, double share) const;

 private:
    const Series& x_before;
    const Series& x_after;
    double x_seconds;
};

}  // namespace pay::app
