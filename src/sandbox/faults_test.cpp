#include "sandbox/faults.hpp"

#include <doctest/doctest.h>

using namespace pay;
using namespace pay::sandbox;

TEST_CASE("a fault strikes as often as it was told to") {
    Faults faults;
    CHECK_FALSE(faults.take(Fault::http_500));
    faults.set(Fault::http_500, {.times = 2});
    CHECK(faults.take(Fault::http_500));
    CHECK_FALSE(faults.take(Fault::garbage));
    CHECK(faults.list().front().second.times == 1);
    CHECK(faults.take(Fault::http_500));
    CHECK_FALSE(faults.take(Fault::http_500));
    CHECK(faults.list().empty());
}

TEST_CASE("without a number it strikes until it is taken back") {
    Faults faults;
    faults.set(Fault::delay, {.times = std::nullopt, .delay = Duration{7}});
    faults.set(Fault::garbage, {.times = 1});
    for (int i = 0; i < 100; ++i) CHECK(faults.take(Fault::delay)->delay == Duration{7});
    faults.clear();
    CHECK_FALSE(faults.take(Fault::delay));
    CHECK_FALSE(faults.take(Fault::garbage));
}

TEST_CASE("a fault of one path strikes nothing else") {
    Faults faults;
    faults.set(Fault::http_500, {.times = 1, .path = "/v2/cancel"});
    CHECK_FALSE(faults.take(Fault::http_500, "/v2/receipt/1"));
    CHECK_FALSE(faults.take(Fault::http_500));
    CHECK(faults.take(Fault::http_500, "/v2/cancel"));
    CHECK_FALSE(faults.take(Fault::http_500, "/v2/cancel"));
    CHECK(strikes_any_call(Fault::expire_token));
    CHECK_FALSE(strikes_any_call(Fault::withhold_consent));
    CHECK_FALSE(strikes_any_call(Fault::webhook_lost));
}

TEST_CASE("every fault has a name of its own") {
    for (std::size_t i = 0; i < fault_count; ++i) {
        const auto fault = static_cast<Fault>(i);
        CHECK_FALSE(name_of(fault).empty());
        CHECK(fault_named(name_of(fault)) == fault);
    }
    CHECK_FALSE(fault_named("http_501"));
    CHECK_FALSE(fault_named(""));
}
