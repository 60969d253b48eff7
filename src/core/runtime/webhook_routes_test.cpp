#include "core/runtime/webhook_routes.hpp"

#include <doctest/doctest.h>

#include "core/webhook_out/hooked.hpp"
#include "core/webhook_out/signing.hpp"

using namespace pay;
using namespace pay::webhook_out;
using namespace pay::webhook_out::test;
using http::test::answer_text;

namespace {

const std::string why = R"({"reason":"because"})";
const std::string wish =
    R"({"url":"https://shop.example/hook?token=hush","events":["tally.added"],)"
    R"("description":"the shop","reason":"it asked"})";

std::string actions(Hooked& hooked) {
    return hooked.front->get("root", "/v1/admin/tally/actions").body;
}

/// All texts of all rows of a table.
std::string dump(Hooked& hooked, const std::string& columns, const std::string& table) {
    std::string text;
    hooked.connect()->query("SELECT " + columns + " FROM " + table, {}, [&](const sql::Row& row) {
        text += row.text(0);
        text += '\n';
    });
    return text;
}

}  // namespace

TEST_CASE("an endpoint is made with a secret that is told once") {
    Ground ground;
    Hooked hooked(ground);
    const auto answer = hooked.post("", wish, "k");
    CHECK(answer.status == 201);
    const auto secret = Hooked::text_in(answer, "secret");
    const auto id = Hooked::text_in(answer, "id");
    CHECK(secret.starts_with("whsec_"));
    CHECK(is_id(endpoint_prefix, id));
    CHECK(Hooked::text_in(answer, "service") == "tally");
    CHECK(Hooked::text_in(answer, "status") == "enabled");

    // The same call again makes no other, and tells no secret: no table but the endpoints' has it.
    const auto again = hooked.post("", wish, "k");
    CHECK(again.status == 201);
    CHECK(Hooked::text_in(again, "id") == id);
    CHECK(again.body.contains(R"("secret":null)"));
    CHECK(http::find(again.headers, "Idempotency-Replayed") == "true");
    CHECK(!dump(hooked, "body", "idempotency_key").contains("whsec_"));
    CHECK(hooked.post("", why, "k").status == 422);  // the key is another request's

    const auto list = hooked.get();
    CHECK(list.status == 200);
    CHECK(list.body.contains(id));
    CHECK(list.body.ends_with(R"(],"next_cursor":null})"));
    const auto shown = hooked.get("/" + id);
    CHECK(shown.body.contains(R"("url":"https://shop.example/hook?token=hush")"));
    for (const auto& body : {list.body, shown.body, actions(hooked)}) {
        CHECK(!body.contains("whsec_"));
    }
    CHECK(actions(hooked).contains(R"("action":"webhook.create")"));
    CHECK(actions(hooked).contains(R"("reason":"it asked")"));
    CHECK(!actions(hooked).contains("hush"));
}

TEST_CASE("what is wrong with a wish is named, and nothing is made") {
    Ground ground;
    Hooked hooked(ground);
    CHECK(hooked.post("", "{").status == 400);
    CHECK(
        hooked.post("", R"({"url":"https://a.b/","events":["*"],"reason":"r","x":1})").status == 400
    );
    CHECK(hooked.post("", R"({"url":1,"events":["*"],"reason":"r"})").status == 400);
    auto answer = hooked.post("", R"({"url":"http://a.b/","events":["order.paid"],"reason":""})");
    CHECK(answer.status == 422);
    for (const auto* field : {"\"url\"", "\"events\"", "\"reason\""})
        CHECK(answer.body.contains(field));
    CHECK(hooked.post("", R"({"events":["*"],"reason":"r"})").status == 422);
    CHECK(
        hooked.post("", R"({"url":"https://10.0.0.1/","events":["*"],"reason":"r"})").status == 422
    );
    CHECK(hooked.post("", wish, "", "kim").status == 403);
    CHECK(hooked.get("", "kim").status == 403);
    CHECK(hooked.get("?x=1").status == 400);
    CHECK(hooked.get().body == R"({"data":[],"next_cursor":null})");
    CHECK(actions(hooked).contains(R"("data":[])"));
}

TEST_CASE("what is not there is not found") {
    Ground ground;
    Hooked hooked(ground);
    const auto id = "/" + make_id(endpoint_prefix, ground.clock->now());
    CHECK(hooked.get(id).status == 404);
    CHECK(hooked.get("/nobody").status == 404);
    CHECK(hooked.patch(id, why).status == 404);
    for (const auto* action : {"/rotate", "/delete", "/test"}) {
        CHECK(hooked.post(id + action, why).status == 404);
        CHECK(hooked.post(id + action, "{}").status == 422);
    }
    CHECK(hooked.get(id + "/deliveries").status == 404);
    CHECK(hooked.get(id + "/deliveries/whd_1").status == 404);
    CHECK(hooked.post(id + "/deliveries/whd_1/redeliver", why).status == 404);
}

TEST_CASE("a service has twenty endpoints at most") {
    Ground ground;
    Hooked hooked(ground);
    std::string last;
    for (int i = 0; i < 20; ++i) last = hooked.add_endpoint("https://shop.example/");
    const auto refused = hooked.post("", wish);
    CHECK(refused.status == 409);
    CHECK(refused.body.contains("CONFLICT"));
    CHECK(hooked.post("/" + last + "/delete", why).status == 200);
    CHECK(hooked.post("", wish).status == 201);
}

TEST_CASE("an endpoint is changed, and the log says what of it") {
    Ground ground;
    Hooked hooked(ground);
    const auto id = hooked.add_endpoint("https://shop.example/a?token=hush");
    const auto answer = hooked.patch(
        "/" + id,
        R"({"url":"https://shop.example/b?token=hush","status":"disabled","reason":"moved"})"
    );
    CHECK(answer.status == 200);
    CHECK(Hooked::text_in(answer, "url") == "https://shop.example/b?token=hush");
    CHECK(Hooked::text_in(answer, "status") == "disabled");
    CHECK(Hooked::text_in(answer, "disabled_because") == "by_hand");
    const auto log = actions(hooked);
    CHECK(log.contains(R"("action":"webhook.change")"));
    CHECK(log.contains(R"("after":"https://shop.example/b")"));
    CHECK(!log.contains("hush"));
    CHECK(hooked.patch("/" + id, R"({"status":"deleted","reason":"r"})").status == 400);
    CHECK(hooked.patch("/" + id, R"({"events":[],"reason":"r"})").status == 422);
    // What changes nothing is no action.
    CHECK(hooked.patch("/" + id, R"({"status":"disabled","reason":"again"})").status == 200);
    CHECK(!actions(hooked).contains("again"));
    CHECK(hooked.post("/" + id + "/test", why).status == 409);
}

TEST_CASE("after a rotation both secrets sign for a day") {
    Ground ground;
    Hooked hooked(ground);
    Receiver receiver;
    const auto id = hooked.add_endpoint(receiver.url());
    const auto answer = hooked.post("/" + id + "/rotate", why, "k");
    CHECK(answer.status == 200);
    const auto fresh = Hooked::text_in(answer, "secret");
    CHECK(fresh.starts_with("whsec_"));
    CHECK(fresh != hooked.secret);
    CHECK(!Hooked::text_in(answer, "previous_secret_until").empty());
    const auto again = hooked.post("/" + id + "/rotate", why, "k");
    CHECK(again.body.contains(R"("secret":null)"));
    CHECK(!dump(hooked, "body", "idempotency_key").contains("whsec_"));
    CHECK(!actions(hooked).contains("whsec_"));

    CHECK(hooked.post("/" + id + "/test", why).status == 202);
    const auto request = receiver.wait_for(1).front();
    const auto seconds = std::stoll(header_in(request, "webhook-timestamp"));
    const auto by = [&](const std::string& secret) {
        return sign(secret, header_in(request, "webhook-id"), seconds, body_in(request));
    };
    CHECK(header_in(request, "webhook-signature") == by(fresh) + " " + by(hooked.secret));
}

TEST_CASE("a test event is sent, and stands in the log with its tries") {
    Ground ground;
    Hooked hooked(ground);
    Receiver receiver({answer_text("200 OK", "ok")});
    const auto id = hooked.add_endpoint(receiver.url(), R"(["tally.gone"])");
    const auto answer = hooked.post("/" + id + "/test", why, "k");
    CHECK(answer.status == 202);
    const auto delivery_id = Hooked::text_in(answer, "id");
    CHECK(hooked.post("/" + id + "/test", why, "k").body == answer.body);
    const auto request = receiver.wait_for(1).front();
    CHECK(body_in(request).contains(R"("type":"webhook.test")"));
    CHECK(body_in(request).contains(R"("data":{"endpoint_id":")" + id + R"("})"));
    hooked.tried(id, 1);
    const auto list = hooked.get("/" + id + "/deliveries?status=delivered&limit=1");
    CHECK(list.body.contains(delivery_id));
    CHECK(hooked.get("/" + id + "/deliveries?status=failed").body.contains(R"("data":[])"));
    CHECK(hooked.get("/" + id + "/deliveries?status=lost").status == 400);
    const auto shown = hooked.get("/" + id + "/deliveries/" + delivery_id);
    CHECK(shown.status == 200);
    const auto whole = boost::json::parse(shown.body).as_object();
    CHECK(whole.at("body").as_string() == body_in(request));
    CHECK(whole.at("tries").at(0).at("status").as_int64() == 200);
    CHECK(whole.at("tries").at(0).at("answer").as_string() == "ok");
    CHECK(whole.at("next_at").is_null());
    CHECK(actions(hooked).contains(R"("action":"webhook.test")"));
    CHECK(receiver.count() == 1);
}

TEST_CASE("a delivery is sent again by hand, under the same id") {
    Ground ground;
    Hooked hooked(ground);
    Receiver receiver;
    const auto id = hooked.add_endpoint(receiver.url());
    const auto other = hooked.add_endpoint(receiver.url(), R"(["tally.gone"])");
    hooked.tell();
    const auto delivery = hooked.tried(id, 1);
    const auto below = "/deliveries/" + delivery.id + "/redeliver";
    CHECK(hooked.post("/" + id + below, "{}").status == 422);
    CHECK(hooked.post("/" + other + below, why).status == 404);
    const auto answer = hooked.post("/" + id + below, why);
    CHECK(answer.status == 202);
    CHECK(Hooked::text_in(answer, "status") == "waiting");
    const auto requests = receiver.wait_for(2);
    CHECK(header_in(requests[0], "webhook-id") == header_in(requests[1], "webhook-id"));
    CHECK(hooked.tried(id, 2).status == DeliveryStatus::delivered);
    CHECK(actions(hooked).contains(R"("action":"webhook.redeliver","target":")" + delivery.id));
    CHECK(hooked.patch("/" + id, R"({"status":"disabled","reason":"r"})").status == 200);
    CHECK(hooked.post("/" + id + below, why).status == 409);
}

TEST_CASE("an endpoint that is deleted is gone, with its secrets") {
    Ground ground;
    Hooked hooked(ground);
    Receiver receiver;
    const auto id = hooked.add_endpoint(receiver.url());
    const auto answer = hooked.post("/" + id + "/delete", why, "k");
    CHECK(answer.status == 200);
    CHECK(answer.body == R"({"id":")" + id + R"("})");
    CHECK(hooked.post("/" + id + "/delete", why, "k").body == answer.body);
    CHECK(hooked.post("/" + id + "/delete", why).status == 404);
    CHECK(hooked.get("/" + id).status == 404);
    CHECK(hooked.get().body.contains(R"("data":[])"));
    CHECK(!dump(hooked, "secret", "webhook_endpoint").contains("whsec_"));
    hooked.tell();
    CHECK(pay::test::count_in(*hooked.connect(), "webhook_delivery") == 0);
    CHECK(actions(hooked).contains(R"("action":"webhook.delete")"));
}
