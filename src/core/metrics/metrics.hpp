#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pay::metrics {

using Labels = std::vector<std::pair<std::string, std::string>>;

/// Numbers for Prometheus. A handle is got once, at start, and counts without locks; it lives as
/// long as its Metrics. Any thread.
class Counter {
 public:
    virtual ~Counter() = default;
    virtual void add(double by) = 0;
    void add() { add(1); }
};

class Gauge {
 public:
    virtual ~Gauge() = default;
    virtual void set(double value) = 0;
};

class Histogram {
 public:
    virtual ~Histogram() = default;
    virtual void observe(double value) = 0;
};

class Metrics {
 public:
    Metrics();
    ~Metrics();
    Counter& counter(const std::string& name, const std::string& text, const Labels& labels);
    Gauge& gauge(const std::string& name, const std::string& text, const Labels& labels);
    Histogram& histogram(
        const std::string& name, const std::string& text, const Labels& labels,
        const std::vector<double>& bounds
    );
    /// The text format of Prometheus.
    std::string text() const;

 private:
    struct State;
    std::unique_ptr<State> x_state;
};

}  // namespace pay::metrics
