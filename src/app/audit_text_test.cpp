#include "app/audit_text.hpp"

#include <doctest/doctest.h>

using namespace pay;
using namespace pay::app;

TEST_CASE("books that balance") {
    audit::Report report;
    report.orders = {{"FAIL", 0}, {"SUCCESS", 1'200}};
    report.amount = Won{6'000'000};
    report.points = Points{600'000};
    CHECK(
        audit_text(report, {}) ==
        "ORDERS           COUNT\n"
        "SUCCESS          1,200\n"
        "won kept     6,000,000\n"
        "points kept    600,000\n"
        "The books balance.\n"
    );
}

TEST_CASE("books that do not, and payments of nobody") {
    audit::Report report;
    report.balanced = false;
    report.unclaimed = {
        {"65f0c1a2b3d4e5f601234561", "", Won{5'000}}, {"65f0c1a2b3d4e5f601234562", "ord_2", Won{1}}
    };
    report.problems = {
        {"credit", "ord_1", "kim", "Order \"ord_1\" is odd."}, {"outbox", "", "", "Late."}
    };
    CHECK(
        audit_text(report, {}) ==
        "ORDERS       COUNT\n"
        "won kept         0\n"
        "points kept      0\n"
        "\n"
        "Paid, but taken by no order yet\n"
        "RECEIPT                     WON  FOR ORDER\n"
        "65f0c1a2b3d4e5f601234561  5,000\n"
        "65f0c1a2b3d4e5f601234562      1  ord_2\n"
        "\n"
        "The books do not balance\n"
        "RULE    ORDER  USER\n"
        "credit  ord_1  kim\n"
        "    Order \"ord_1\" is odd.\n"
        "outbox\n"
        "    Late.\n"
    );
}
