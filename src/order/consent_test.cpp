#include "order/charge_desk.hpp"

/// The rules of what users agree to, and take back.
namespace pay::order::test {

TEST_CASE("a billing key is handed in once, with consent") {
    ChargeDesk desk;
    const auto made = desk.must(desk.key_of("kim"));
    CHECK(made.billing_key->terms == "1");
    REQUIRE(desk.consents().size() == 1);
    CHECK(desk.consents().front().subject_id == key_id);
    CHECK(desk.consents().front().act == ConsentAct::given);
    CHECK(desk.consents().front().address == "127.0.0.1");
    CHECK(desk.must(desk.key_of("kim", "bky_2")).billing_key->id == key_id);
    CHECK(desk.code_of(desk.key_of("lee", "bky_2")) == Code::conflict);
    desk.must(RevokeBillingKey{key_id, "kim", ""});
    CHECK(desk.code_of(desk.key_of("kim", "bky_2")) == Code::conflict);
}

TEST_CASE("a revoked key ends what is charged to it, is destroyed at the gateway and forgotten") {
    ChargeDesk desk;
    desk.agree();
    CHECK(desk.code_of(RevokeBillingKey{key_id, "lee", ""}) == Code::not_found);
    desk.must(RevokeBillingKey{key_id, "kim", "10.0.0.1"});
    CHECK(desk.key().status == KeyStatus::revoked);
    CHECK(desk.key().revoke_due_at == desk.now);
    CHECK(desk.charge().status == AutoChargeStatus::withdrawn);
    CHECK(desk.consents().size() == 4);
    desk.must(RevokeBillingKey{key_id, "kim", ""});
    CHECK(desk.consents().size() == 4);
    desk.must(KeyDestroyed{key_id, false});
    CHECK(desk.key().key == "secret-1");
    CHECK(desk.key().revoke_due_at == desk.now + std::chrono::minutes{1});
    desk.must(KeyDestroyed{key_id, true});
    CHECK(desk.key().key.empty());
    CHECK(desk.key().destroyed_at == desk.now);
    CHECK_FALSE(desk.key().revoke_due_at);
    desk.must(KeyDestroyed{key_id, false});  // another instance's, late
    CHECK_FALSE(desk.key().revoke_due_at);
}

TEST_CASE("what is agreed to is fixed, and one of each kind stands") {
    ChargeDesk desk;
    CHECK(desk.code_of(desk.wish_of(Trigger::below)) == Code::not_found);  // no key
    desk.must(desk.key_of("kim"));
    CHECK(desk.code_of(desk.wish_of(Trigger::below, "lee")) == Code::not_found);
    auto wish = desk.wish_of(Trigger::below);
    wish.wish.item_id = "itm_c";
    CHECK(desk.code_of(wish) == Code::invalid);
    wish.wish.item_id = "itm_none";
    CHECK(desk.code_of(wish) == Code::not_found);
    desk.state.items.at("itm_p").status = item::Status::archived;
    CHECK(desk.code_of(desk.wish_of(Trigger::below)) == Code::conflict);
    desk.state.items.at("itm_p").status = item::Status::on_sale;
    const auto made = desk.must(desk.wish_of(Trigger::below));
    CHECK(made.auto_charge->amount == Won{5'000});
    CHECK(made.auto_charge->points == Points{500});
    CHECK_FALSE(made.auto_charge->due_at);
    CHECK(desk.code_of(desk.wish_of(Trigger::below)) == Code::conflict);
    auto monthly = desk.wish_of(Trigger::monthly);
    monthly.wish.id = "auc_2";
    CHECK(desk.must(monthly).auto_charge->due_at == next_monthly(5, desk.now));
    desk.must(RevokeBillingKey{key_id, "kim", ""});
    CHECK(desk.code_of(desk.wish_of(Trigger::below)) == Code::conflict);
}

}  // namespace pay::order::test
