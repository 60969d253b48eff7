#include "core/webhook_out/store.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "core/sql/scratch.hpp"
#include "core/webhook_out/rules.hpp"

using namespace pay;
using namespace pay::webhook_out;

namespace {

const Time noon = from_epoch_ms(1'772'414'130'007);

struct Books {
    Books() { sql::migrate(*connection, schema); }

    template <class Use>
    auto with(Use use) {
        sql::Transaction transaction(*connection);
        if constexpr (std::is_void_v<decltype(use(transaction))>) {
            use(transaction);
            transaction.commit();
        } else {
            auto result = use(transaction);
            transaction.commit();
            return result;
        }
    }
    Endpoint add_endpoint(const std::string& id) {
        auto endpoint = make_endpoint(
            id, {"https://가.example/?a=b c", {"order.paid", "order.failed"}, "상점", "r"},
            "whsec_x", noon
        );
        with([&](auto& transaction) { insert(transaction, endpoint); });
        return endpoint;
    }
    Delivery add_delivery(const Endpoint& endpoint, Time at = noon) {
        auto made = make_delivery(endpoint, "msg_1", "order.paid", R"({"a":"포인트 \\"})", at);
        with([&](auto& transaction) { insert(transaction, std::span(&made, 1)); });
        return made;
    }
    std::optional<DisabledBecause> fail(const Endpoint& endpoint, Time at, int status = 500) {
        Attempt attempt;
        attempt.status = status;
        return with([&](auto& transaction) {
            return note_failure(transaction, endpoint.id, attempt, at);
        });
    }
    Endpoint stored(const std::string& id) {
        const auto all = list_endpoints(*connection);
        return *std::ranges::find(all, id, &Endpoint::id);
    }
    std::vector<std::string> due(const Endpoint& endpoint, Time now, std::int64_t limit = 10) {
        std::vector<std::string> ids;
        for (const auto& each : find_due(*connection, endpoint.id, now, limit))
            ids.push_back(each.id);
        return ids;
    }

    sql::Scratch scratch;
    std::unique_ptr<sql::Storage> storage = sql::open_storage(scratch.url());
    std::unique_ptr<sql::Database> database = storage->database("tally");
    std::unique_ptr<sql::Connection> connection = database->connect(sql::Mode::read_write);
};

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("an endpoint comes back as it was written, and as it was changed") {
    Books books;
    const auto made = books.add_endpoint("whe_1");
    auto found = books.stored("whe_1");
    CHECK(found.url == made.url);
    CHECK(found.events == made.events);
    CHECK(found.description == "상점");
    CHECK(found.enabled());
    CHECK(!found.disabled_because);
    CHECK(found.secret == "whsec_x");
    CHECK(found.previous_secret.empty());
    CHECK(!found.previous_until);
    CHECK(found.created_at == noon);

    books.with([&](auto& transaction) {
        auto locked = find_endpoint(transaction, "whe_1");
        REQUIRE(locked);
        rotate(*locked, "whsec_y", noon + Duration{1});
        locked->status = EndpointStatus::disabled;
        locked->disabled_because = DisabledBecause::by_hand;
        locked->failing_since = noon;
        update(transaction, *locked);
    });
    found = books.stored("whe_1");
    CHECK(found.secret == "whsec_y");
    CHECK(found.previous_secret == "whsec_x");
    CHECK(found.previous_until == noon + Duration{1} + overlap);
    CHECK(found.disabled_because == DisabledBecause::by_hand);
    CHECK(found.failing_since == noon);
    CHECK(found.updated_at == noon + Duration{1});
    books.with([&](auto& transaction) { CHECK(!find_endpoint(transaction, "whe_2")); });
}

TEST_CASE("an endpoint that fails for a day is disabled; a success between begins the day anew") {
    Books books;
    const auto endpoint = books.add_endpoint("whe_1");
    CHECK(!books.fail(endpoint, noon));
    CHECK(books.stored("whe_1").failing_since == noon);
    CHECK(!books.fail(endpoint, noon + std::chrono::hours{23}));
    CHECK(books.stored("whe_1").failing_since == noon);
    books.with([&](auto& transaction) { note_success(transaction, "whe_1"); });
    CHECK(!books.stored("whe_1").failing_since);
    const auto again = noon + std::chrono::hours{23};
    CHECK(!books.fail(endpoint, again));
    CHECK(!books.fail(endpoint, noon + std::chrono::hours{25}));
    CHECK(books.fail(endpoint, again + patience) == DisabledBecause::failing);
    CHECK(!books.fail(endpoint, again + patience));  // it was told already
    CHECK(books.stored("whe_1").status == EndpointStatus::disabled);
    CHECK(books.stored("whe_1").disabled_because == DisabledBecause::failing);
}

TEST_CASE("an endpoint that is gone is disabled at once; one that is deleted stays deleted") {
    Books books;
    const auto gone = books.add_endpoint("whe_1");
    CHECK(books.fail(gone, noon, 410) == DisabledBecause::gone);
    CHECK(books.stored("whe_1").disabled_because == DisabledBecause::gone);
    auto deleted = books.add_endpoint("whe_2");
    remove(deleted, noon);
    books.with([&](auto& transaction) { update(transaction, deleted); });
    CHECK(!books.fail(deleted, noon, 410));
    CHECK(books.stored("whe_2").deleted());
    books.with([&](auto& transaction) { CHECK(!find_endpoint(transaction, "whe_2")); });
    books.with([&](auto& transaction) {
        forget(transaction, "whe_1");  // is not deleted
        forget(transaction, "whe_2");
    });
    CHECK(list_endpoints(*books.connection).size() == 1);
}

TEST_CASE("a delivery comes back as it was written, and as it was settled, with its attempts") {
    Books books;
    const auto endpoint = books.add_endpoint("whe_1");
    const auto made = books.add_delivery(endpoint);
    auto found = find_delivery(*books.connection, made.id);
    REQUIRE(found);
    CHECK(found->endpoint_id == "whe_1");
    CHECK(found->event_id == "msg_1");
    CHECK(found->event_type == "order.paid");
    CHECK(found->body == made.body);
    CHECK(found->status == DeliveryStatus::waiting);
    CHECK(found->due_at == noon);
    CHECK(found->give_up_at == noon + patience);
    CHECK(!found->last_status);
    CHECK(!found->last_error);
    CHECK(!find_delivery(*books.connection, "whd_0"));

    Attempt failed{.number = 1, .at = noon, .took = Duration{12}, .error = "no connection: 거부"};
    Attempt served{.number = 2, .at = noon + Duration{5}, .status = 200, .answer = "감사 \"x\" \\"};
    books.with([&](auto& transaction) {
        auto locked = lock_delivery(transaction, made.id);
        REQUIRE(locked);
        settle(*locked, failed, noon, 0);
        update(transaction, *locked);
        insert(transaction, made.id, failed);
        insert(transaction, made.id, served);
    });
    found = find_delivery(*books.connection, made.id);
    CHECK(found->attempts == 1);
    CHECK(found->last_error == failed.error);
    CHECK(!found->last_status);
    const auto attempts = list_attempts(*books.connection, made.id);
    REQUIRE(attempts.size() == 2);
    CHECK(attempts[0].error == failed.error);
    CHECK(!attempts[0].status);
    CHECK(attempts[0].took == Duration{12});
    CHECK(attempts[1].delivered());
    CHECK(attempts[1].status == 200);
    CHECK(attempts[1].answer == served.answer);
    books.with([&](auto& transaction) { CHECK(!lock_delivery(transaction, "whd_0")); });
}

TEST_CASE("what is due is found for each endpoint, the longest waiting first") {
    Books books;
    const auto one = books.add_endpoint("whe_1");
    const auto two = books.add_endpoint("whe_2");
    const auto late = books.add_delivery(one, noon + Duration{2});
    const auto first = books.add_delivery(one, noon);
    const auto second = books.add_delivery(one, noon + Duration{1});
    const auto other = books.add_delivery(two, noon);
    CHECK(books.due(one, noon - Duration{1}).empty());
    CHECK(books.due(one, noon + Duration{1}) == Ids{first.id, second.id});
    CHECK(books.due(one, noon + Duration{2}, 1) == Ids{first.id});
    CHECK(books.due(two, noon + Duration{2}) == Ids{other.id});
    CHECK(count_waiting(*books.connection, "whe_1") == 3);
    auto done = first;
    settle(done, Attempt{.status = 200}, noon, 0);
    books.with([&](auto& transaction) { update(transaction, done); });
    CHECK(books.due(one, noon + std::chrono::days{60}) == Ids{second.id, late.id});
    CHECK(count_waiting(*books.connection, "whe_1") == 2);
}

TEST_CASE("the log of an endpoint is listed newest first, of any status or of one") {
    Books books;
    const auto endpoint = books.add_endpoint("whe_1");
    const auto stranger = books.add_endpoint("whe_2");
    Ids ids;
    for (int i = 0; i < 3; ++i) ids.push_back(books.add_delivery(endpoint, noon + Duration{i}).id);
    books.add_delivery(stranger);
    auto done = *find_delivery(*books.connection, ids[1]);
    settle(done, Attempt{.status = 200}, noon, 0);
    books.with([&](auto& transaction) { update(transaction, done); });
    const auto listed = [&](std::optional<DeliveryStatus> status, const http::Page& page) {
        Ids found;
        for (const auto& each : list_deliveries(*books.connection, "whe_1", status, page)) {
            CHECK(each.body.empty());
            found.push_back(each.id);
        }
        return found;
    };
    CHECK(listed({}, {}) == Ids{ids[2], ids[1], ids[0]});
    CHECK(listed({}, {.limit = 1}) == Ids{ids[2], ids[1]});
    CHECK(listed({}, {.before = ids[1]}) == Ids{ids[0]});
    CHECK(listed(DeliveryStatus::delivered, {}) == Ids{ids[1]});
    CHECK(listed(DeliveryStatus::waiting, {}) == Ids{ids[2], ids[0]});
    CHECK(listed(DeliveryStatus::failed, {}).empty());
}

TEST_CASE("what is over for long enough is cleared away with its attempts, a batch at a time") {
    Books books;
    auto endpoint = books.add_endpoint("whe_1");
    const auto settled = [&](int status) {
        auto delivery = books.add_delivery(endpoint);
        Attempt attempt{.number = 1, .status = status};
        if (status != 200) attempt.error = "no";
        settle(delivery, attempt, noon, 0);
        books.with([&](auto& transaction) {
            update(transaction, delivery);
            insert(transaction, delivery.id, attempt);
        });
        return delivery.id;
    };
    const auto delivered = settled(200);
    const auto failed = settled(410);
    const auto waits = books.add_delivery(endpoint).id;
    auto& connection = *books.connection;
    CHECK(find_old(connection, endpoint, noon + std::chrono::days{6}, 10).empty());
    CHECK(find_old(connection, endpoint, noon + std::chrono::days{8}, 10) == Ids{delivered});
    CHECK(find_old(connection, endpoint, noon + std::chrono::days{31}, 1) == Ids{delivered});
    const auto old = find_old(connection, endpoint, noon + std::chrono::days{31}, 10);
    CHECK(old == Ids{delivered, failed});
    books.with([&](auto& transaction) { clear(transaction, old); });
    CHECK(!find_delivery(connection, failed));
    CHECK(list_attempts(connection, delivered).empty());
    CHECK(find_delivery(connection, waits));
    remove(endpoint, noon);
    CHECK(find_old(connection, endpoint, noon, 10) == Ids{waits});
}
