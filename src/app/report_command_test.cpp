#include <doctest/doctest.h>

#include "app/commands.hpp"

using namespace pay::app;

TEST_CASE("values of a report's flags that are none are named before a database is opened") {
    const auto liability = [](const std::string& at, const std::string& offset) {
        LiabilityCommand options;
        options.database_url = "oracle:x";
        options.at = at;
        options.utc_offset = offset;
        report_liability(options);
    };
    CHECK_THROWS_AS(liability("yesterday", "+09:00"), BadUse);
    CHECK_THROWS_AS(liability("", "9"), BadUse);
    CHECK_THROWS_WITH(liability("", "KST"), "'KST' is no offset from UTC: write +09:00");

    const auto settlement = [](const std::string& from, const std::string& to,
                               const std::string& fee) {
        SettlementCommand options;
        options.database_url = "oracle:x";
        options.from = from;
        options.to = to;
        options.fees = {fee};
        report_settlement(options);
    };
    CHECK_THROWS_WITH(
        settlement("2026-02-30", "", "card=30"), "'2026-02-30' is no day: write 2026-03-02"
    );
    CHECK_THROWS_AS(settlement("", "March", "card=30"), BadUse);
    for (const auto* fee : {"card", "=30", "card=", "card=x", "card=30x", "card=-1", "card=1001"}) {
        CAPTURE(fee);
        CHECK_THROWS_AS(settlement("", "", fee), BadUse);
    }
    // All is well but the storage.
    CHECK_THROWS_AS(settlement("2026-03-01", "2026-03-02", "card=30"), std::runtime_error);
}
