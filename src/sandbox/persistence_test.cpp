#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "core/sql/scratch_folder.hpp"
#include "sandbox/fixture.hpp"
#include "sandbox/journal.hpp"

using namespace pay;
using namespace pay::sandbox;

namespace {

SandboxOptions kept_in(const sql::ScratchFolder& folder) {
    SandboxOptions options;
    options.db = (folder.path() / "receipts.db").string();
    return options;
}

}  // namespace

TEST_CASE("receipts, their cancels and the totals survive a restart, tokens do not") {
    const sql::ScratchFolder folder;
    std::string receipt;
    std::string before;
    std::string token;
    {
        Running first(kept_in(folder));
        token = first.bearer();
        receipt = first.approvable();
        REQUIRE(first.confirm(receipt).status == 200);
        REQUIRE(first.cancel(receipt, R"(,"cancel_price":300,"cancel_id":"c1")").status == 200);
        first.paid(R"(,"method":"vbank","user_id":"kim","order_name":"한글 \" 이름")", "order-2");
        before = first.get("/sandbox/receipts").body;
    }
    Running second(kept_in(folder));
    CHECK(second.get("/sandbox/receipts").body == before);
    const auto totals = second.get("/sandbox/totals");
    CHECK(totals.body == R"({"paid_count":1,"paid_amount":1000,"canceled_amount":300})");
    CHECK(second.get("/v2/receipt/" + receipt, token).error_code() == "TOKEN_KEY_INVALID");
    const auto repeated = second.cancel(receipt, R"(,"cancel_price":300,"cancel_id":"c1")");
    CHECK(repeated.error_code() == "RC_ALREADY_CANCELLED");
    second.paid("", "order-3");
    CHECK(
        second.get("/sandbox/receipts?limit=1")["data"].as_array()[0].at("order_id") == "order-3"
    );
}

TEST_CASE("billing keys, reservations, alterations and removals survive a restart") {
    const sql::ScratchFolder folder;
    std::string key_path;
    std::string reserve_path;
    std::string key_before;
    std::string reservation_before;
    std::string altered;
    std::string removed;
    {
        Running first(kept_in(folder));
        const auto issued = first.post("/sandbox/billing-keys", R"({"user_id":"kim"})");
        key_path = "/v2/subscribe/billing_key/" + issued.text_of("receipt_id");
        const auto key = first.get(key_path);
        key_before = key.body;
        const auto reserved = first.post(
            "/v2/subscribe/payment/reserve",
            R"({"billing_key":")" + key.text_of("billing_key") +
                R"(","order_name":"n","order_id":"a1","price":700,"user":{"id":"kim"},)"
                R"("reserve_execute_at":"2026-03-03T00:00:00Z"})"
        );
        reserve_path = "/v2/subscribe/payment/reserve/" + reserved.text_of("reserve_id");
        reservation_before = first.get(reserve_path).body;
        altered = first.paid();
        removed = first.paid();
        const auto changed = first.post("/sandbox/receipts/" + altered, R"({"price":900})");
        REQUIRE(changed.status == 200);
        REQUIRE(first.del("/sandbox/receipts/" + removed).status == 200);
    }
    Running second(kept_in(folder));
    CHECK(second.get(key_path).body == key_before);
    CHECK(second.get(reserve_path).body == reservation_before);
    CHECK(second.get("/v2/receipt/" + altered).number("price") == 900);
    CHECK(second.get("/v2/receipt/" + removed).error_code() == "RC_NOT_FOUND");
    REQUIRE(second.post("/sandbox/reset", "").status == 200);
    CHECK(second.get(key_path).error_code() == "RC_NOT_FOUND");
}

TEST_CASE("a reset is remembered as well") {
    const sql::ScratchFolder folder;
    {
        Running first(kept_in(folder));
        first.paid();
        REQUIRE(first.post("/sandbox/reset", "").status == 200);
        first.paid("", "order-2");
    }
    Running second(kept_in(folder));
    CHECK(second.get("/sandbox/receipts")["data"].as_array().size() == 1);
}

TEST_CASE("what was answered is there after a kill") {
    const sql::ScratchFolder folder;
    int pipes[2];
    REQUIRE(::pipe(pipes) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        // Appends and says so once it is durable, and is killed with its journal open.
        Journal journal(open_database(kept_in(folder).db));
        Receipt receipt;
        receipt.number = 1;
        receipt.receipt_id = "0123456789abcdef01234567";
        receipt.order_id = "order-1";
        receipt.price = Won{1'000};
        journal.append(receipt);
        journal.when_durable([&] {
            [[maybe_unused]] const auto told = ::write(pipes[1], "x", 1);
            ::pause();
        });
        ::pause();
        ::_exit(1);
    }
    char told = 0;
    REQUIRE(::read(pipes[0], &told, 1) == 1);
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    ::close(pipes[0]);
    ::close(pipes[1]);

    Running after(kept_in(folder));
    CHECK(after.get("/v2/receipt/0123456789abcdef01234567").number("price") == 1'000);
}

TEST_CASE(
    "a storage folder and a file are both taken, another name is refused before anything starts"
) {
    const sql::ScratchFolder folder;
    CHECK(open_database("") == nullptr);
    CHECK(open_database(folder.url("data")));
    CHECK(std::filesystem::exists(folder.path() / "data" / "sandbox.db"));
    CHECK_THROWS_AS(open_database((folder.path() / "receipts.txt").string()), std::runtime_error);
}

TEST_CASE("many changes at once are all written, each waiter is told after its own") {
    const sql::ScratchFolder folder;
    constexpr int count = 2'000;
    std::promise<void> all;
    {
        Journal journal(open_database(kept_in(folder).db));
        std::atomic<int> told = 0;
        for (int i = 0; i < count; ++i) {
            Receipt receipt;
            receipt.number = i + 1;
            receipt.receipt_id = "r" + std::to_string(i);
            journal.append(receipt);
            journal.when_durable([&] {
                if (++told == count) all.set_value();
            });
        }
        all.get_future().wait();
        CHECK(told == count);
    }
    Journal journal(open_database(kept_in(folder).db));
    int loaded = 0;
    journal.load(
        {.receipt = [&](const Receipt& receipt) { CHECK(receipt.number == ++loaded); },
         .key = {},
         .reservation = {}}
    );
    CHECK(loaded == count);
}
