#include "core/terminal/terminal.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>

using namespace pay::terminal;

namespace {

/// A variable of the environment for as long as this lives.
class Variable {
 public:
    Variable(const char* name, const char* value) : x_name(name) {
        if (const char* before = std::getenv(name)) x_before = before;
        setenv(name, value, 1);
    }
    ~Variable() {
        if (x_before) {
            setenv(x_name, x_before->c_str(), 1);
        } else {
            unsetenv(x_name);
        }
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

 private:
    const char* x_name;
    std::optional<std::string> x_before;
};

/// A terminal of our own.
struct Terminal {
    explicit Terminal(unsigned short columns, unsigned short rows = 10) {
        winsize size{};
        size.ws_col = columns;
        size.ws_row = rows;
        REQUIRE(openpty(&master, &slave, nullptr, nullptr, &size) == 0);
    }
    ~Terminal() {
        close(slave);
        close(master);
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;
    int master = -1;
    int slave = -1;
};

}  // namespace

TEST_CASE("a terminal says its size itself, and follows it") {
    const Variable columns("COLUMNS", "55");
    const Variable kind("TERM", "xterm");
    const Variable plain("NO_COLOR", "");
    const Terminal terminal(132, 50);
    auto screen = screen_of(terminal.slave);
    CHECK(screen.interactive);
    CHECK(screen.columns == 132);
    CHECK(screen.rows == 50);
    CHECK(screen.colours);
    winsize size{};
    size.ws_col = 61;
    size.ws_row = 9;
    REQUIRE(ioctl(terminal.master, TIOCSWINSZ, &size) == 0);
    screen = screen_of(terminal.slave);
    CHECK(screen.columns == 61);
    CHECK(screen.rows == 9);
}

TEST_CASE("one that does not is as the environment says, or 80 columns wide") {
    const Terminal terminal(0, 0);
    for (const auto& [said, columns] :
         {std::pair{"61", 61U},
          {"", 80U},
          {"x", 80U},
          {"0", 80U},
          {"-5", 80U},
          {"61x", 80U},
          {"99999", 80U}}) {
        CAPTURE(said);
        const Variable variable("COLUMNS", said);
        CHECK(screen_of(terminal.slave).columns == columns);
    }
}

TEST_CASE("colours are for terminals that want them") {
    const Variable kind("TERM", "xterm");
    const Terminal terminal(80);
    {
        const Variable plain("NO_COLOR", "1");
        CHECK_FALSE(screen_of(terminal.slave).colours);
    }
    const Variable plain("NO_COLOR", "");
    CHECK(styled(screen_of(terminal.slave), Style::red, "late") == "\x1b[31mlate\x1b[0m");
    const int file = open("/dev/null", O_WRONLY | O_CLOEXEC);
    const auto screen = screen_of(file);
    close(file);
    CHECK_FALSE(screen.interactive);
    CHECK_FALSE(screen.colours);
    CHECK(styled(screen, Style::red, "late") == "late");
    const Variable dumb("TERM", "dumb");
    CHECK_FALSE(screen_of(terminal.slave).colours);
}

TEST_CASE("a line is cut between characters and says so") {
    CHECK(clipped("회차 열람권", 11) == "회차 열람권");
    CHECK(clipped("회차 열람권", 10) == "회차 열람…");
    CHECK(clipped("회차 열람권", 9) == "회차 열…");
    CHECK(clipped("points", 1) == "…");
    CHECK(clipped("points", 0) == "");
    CHECK(padded("회차", 6) == "회차  ");
    CHECK(padded("points", 3) == "points");
}

TEST_CASE("text is broken at blanks") {
    CHECK(wrapped("one two three", 9, 2) == "  one two\n  three");
    CHECK(wrapped("one  twothreefour five", 6, 1) == " one\n twothreefour\n five");
    CHECK(wrapped("환불 처리 중", 9, 0) == "환불 처리\n중");
    CHECK(wrapped("one two", std::string::npos, 4) == "    one two");
    CHECK(wrapped("", 9, 2) == "");
}

TEST_CASE("digits of large numbers stand in threes") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1'000) == "1,000");
    CHECK(grouped(-123'456) == "-123,456");
    CHECK(grouped(1'234'567) == "1,234,567");
}

TEST_CASE("control characters of strangers are harmless") {
    CHECK(printable("a\x1b[2J\x7f\xc2\x9b\tb") == "a?[2J???b");
    CHECK(printable("a\n\tb\x01", true) == "a\n\tb?");
    CHECK(printable("500 포인트") == "500 포인트");
}
