#include "core/metrics/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <mutex>

namespace pay::metrics {
namespace {

struct CounterHandle final : Counter {
    explicit CounterHandle(prometheus::Counter& target) : x_target(target) {}
    void add(double by) override { x_target.Increment(by); }
    prometheus::Counter& x_target;
};

struct GaugeHandle final : Gauge {
    explicit GaugeHandle(prometheus::Gauge& target) : x_target(target) {}
    void set(double value) override { x_target.Set(value); }
    prometheus::Gauge& x_target;
};

struct HistogramHandle final : Histogram {
    explicit HistogramHandle(prometheus::Histogram& target) : x_target(target) {}
    void observe(double value) override { x_target.Observe(value); }
    prometheus::Histogram& x_target;
};

std::map<std::string, std::string> to_map(const Labels& labels) {
    return {labels.begin(), labels.end()};
}

}  // namespace

struct Metrics::State {
    std::mutex mutex;  // guards the lists of handles; the handles themselves need none
    prometheus::Registry registry;
    std::vector<std::unique_ptr<CounterHandle>> counters;
    std::vector<std::unique_ptr<GaugeHandle>> gauges;
    std::vector<std::unique_ptr<HistogramHandle>> histograms;
};

Metrics::Metrics() : x_state(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

Counter& Metrics::counter(const std::string& name, const std::string& text, const Labels& labels) {
    const std::lock_guard lock(x_state->mutex);
    auto& family = prometheus::BuildCounter().Name(name).Help(text).Register(x_state->registry);
    auto& target = family.Add(to_map(labels));
    return *x_state->counters.emplace_back(std::make_unique<CounterHandle>(target));
}

Gauge& Metrics::gauge(const std::string& name, const std::string& text, const Labels& labels) {
    const std::lock_guard lock(x_state->mutex);
    auto& family = prometheus::BuildGauge().Name(name).Help(text).Register(x_state->registry);
    auto& target = family.Add(to_map(labels));
    return *x_state->gauges.emplace_back(std::make_unique<GaugeHandle>(target));
}

Histogram& Metrics::histogram(
    const std::string& name, const std::string& text, const Labels& labels,
    const std::vector<double>& bounds
) {
    const std::lock_guard lock(x_state->mutex);
    auto& family = prometheus::BuildHistogram().Name(name).Help(text).Register(x_state->registry);
    auto& target = family.Add(to_map(labels), bounds);
    return *x_state->histograms.emplace_back(std::make_unique<HistogramHandle>(target));
}

std::string Metrics::text() const {
    return prometheus::TextSerializer().Serialize(x_state->registry.Collect());
}

}  // namespace pay::metrics
