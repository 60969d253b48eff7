#include "core/http/io.hpp"

#include <doctest/doctest.h>

#include <future>
#include <stdexcept>

using namespace pay;
using http::Io;

TEST_CASE("timers run once unless their handle goes, and work that throws is not the end") {
    Io io(1);
    std::promise<void> ran;
    const auto timer = io.after(Duration{1}, [&] { ran.set_value(); });
    ran.get_future().wait();
    bool wrong = false;
    // Its handle goes while its thread is held, so that it cannot have run before.
    std::promise<void> held;
    std::promise<void> released;
    io.post([&] {
        held.set_value();
        released.get_future().wait();
    });
    held.get_future().wait();
    (void)io.after(Duration{0}, [&] { wrong = true; });
    released.set_value();
    io.post([] { throw std::runtime_error("lost?"); });
    std::promise<void> after;
    const auto last = io.after(Duration{5}, [&] { after.set_value(); });
    after.get_future().wait();
    io.stop();
    CHECK_FALSE(wrong);
}
