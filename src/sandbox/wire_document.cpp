#include <boost/json.hpp>
#include <utility>

#include "sandbox/wire.hpp"
#include "sandbox/wire_billing.hpp"
#include "sandbox/wire_object.hpp"

namespace pay::sandbox {
namespace {

namespace bj = boost::json;

void moment(Object& object, std::string_view field, const std::optional<Time>& time) {
    if (time) object.number(field, to_epoch_ms(*time));
}

void append(Object&& object, const Receipt& receipt) {
    object.text("receipt_id", receipt.receipt_id)
        .text("order_id", receipt.order_id)
        .text("order_name", receipt.order_name)
        .text("user_id", receipt.user_id)
        .won("price", receipt.price)
        .won("tax_free", receipt.tax_free)
        .won("canceled_price", receipt.canceled_price)
        .won("canceled_tax_free", receipt.canceled_tax_free)
        .number("method", static_cast<int>(receipt.method))
        .number("status", static_cast<int>(receipt.status));
    moment(object, "requested_at", receipt.requested_at);
    moment(object, "purchased_at", receipt.purchased_at);
    moment(object, "confirmed_at", receipt.confirmed_at);
    moment(object, "canceled_at", receipt.canceled_at);
    moment(object, "deposit_until", receipt.deposit_until);
    std::string& ids = object.name("cancel_ids") += '[';
    for (const std::string& cancel_id : receipt.cancel_ids) {
        if (ids.back() != '[') ids += ',';
        json::append_string(ids, cancel_id);
    }
    ids += ']';
}

void append(Object&& object, const BillingKey& key) {
    const Subscription& wanted = key.subscription;
    object.text("receipt_id", key.receipt_id)
        .text("billing_key", key.billing_key)
        .number("method", static_cast<int>(wanted.method))
        .text("subscription_id", wanted.subscription_id)
        .text("order_name", wanted.order_name)
        .text("user_id", wanted.user_id)
        .text("number_shown", wanted.number_shown)
        .text("holder", wanted.holder)
        .text("bank_name", wanted.bank_name)
        .won("price", wanted.price)
        .won("tax_free", wanted.tax_free)
        .number("status", static_cast<int>(key.status))
        .text("first_receipt_id", key.first_receipt_id);
    moment(object, "requested_at", key.requested_at);
    moment(object, "published_at", key.published_at);
}

void append(Object&& object, const Reservation& reservation) {
    object.text("reserve_id", reservation.reserve_id)
        .text("billing_key", reservation.billing_key)
        .text("order_id", reservation.order_id)
        .text("order_name", reservation.order_name)
        .text("user_id", reservation.user_id)
        .won("price", reservation.price)
        .won("tax_free", reservation.tax_free)
        .number("status", static_cast<int>(reservation.status))
        .text("receipt_id", reservation.receipt_id);
    moment(object, "requested_at", reservation.requested_at);
    moment(object, "execute_at", reservation.execute_at);
    moment(object, "started_at", reservation.started_at);
    moment(object, "finished_at", reservation.finished_at);
    moment(object, "revoked_at", reservation.revoked_at);
}

template <class Record>
std::string document_of(const Record& record) {
    std::string out;
    append(Object(out), record);  // the brace is closed as the object goes
    return out;
}

/// A document's fields. Throws for what was never written here.
class Document {
 public:
    explicit Document(std::string_view text) : x_value(bj::parse(text)) {}

    std::string text(std::string_view name) const { return std::string(at(name).as_string()); }
    Won won(std::string_view name) const { return Won{at(name).as_int64()}; }
    template <class Code>
    Code code(std::string_view name) const {
        return static_cast<Code>(at(name).as_int64());
    }
    std::optional<Time> time(std::string_view name) const {
        const bj::value* ms = x_value.as_object().if_contains(name);
        if (ms == nullptr) return std::nullopt;
        return from_epoch_ms(ms->as_int64());
    }
    std::vector<std::string> texts(std::string_view name) const {
        std::vector<std::string> texts;
        for (const bj::value& text : at(name).as_array()) texts.emplace_back(text.as_string());
        return texts;
    }

 private:
    const bj::value& at(std::string_view name) const { return x_value.as_object().at(name); }
    bj::value x_value;
};

}  // namespace

std::string to_document(const Receipt& receipt) {
    return document_of(receipt);
}

std::string to_document(const BillingKey& key) {
    return document_of(key);
}

std::string to_document(const Reservation& reservation) {
    return document_of(reservation);
}

Receipt receipt_from_document(std::string_view document) {
    const Document fields(document);
    Receipt receipt;
    receipt.receipt_id = fields.text("receipt_id");
    receipt.order_id = fields.text("order_id");
    receipt.order_name = fields.text("order_name");
    receipt.user_id = fields.text("user_id");
    receipt.price = fields.won("price");
    receipt.tax_free = fields.won("tax_free");
    receipt.canceled_price = fields.won("canceled_price");
    receipt.canceled_tax_free = fields.won("canceled_tax_free");
    receipt.method = fields.code<PayMethod>("method");
    receipt.status = fields.code<Status>("status");
    receipt.requested_at = fields.time("requested_at").value_or(Time{});
    receipt.purchased_at = fields.time("purchased_at");
    receipt.confirmed_at = fields.time("confirmed_at");
    receipt.canceled_at = fields.time("canceled_at");
    receipt.deposit_until = fields.time("deposit_until");
    receipt.cancel_ids = fields.texts("cancel_ids");
    return receipt;
}

BillingKey key_from_document(std::string_view document) {
    const Document fields(document);
    BillingKey key;
    key.receipt_id = fields.text("receipt_id");
    key.billing_key = fields.text("billing_key");
    key.subscription.method = fields.code<KeyMethod>("method");
    key.subscription.subscription_id = fields.text("subscription_id");
    key.subscription.order_name = fields.text("order_name");
    key.subscription.user_id = fields.text("user_id");
    key.subscription.number_shown = fields.text("number_shown");
    key.subscription.holder = fields.text("holder");
    key.subscription.bank_name = fields.text("bank_name");
    key.subscription.price = fields.won("price");
    key.subscription.tax_free = fields.won("tax_free");
    key.status = fields.code<KeyStatus>("status");
    key.first_receipt_id = fields.text("first_receipt_id");
    key.requested_at = fields.time("requested_at").value_or(Time{});
    key.published_at = fields.time("published_at");
    return key;
}

Reservation reservation_from_document(std::string_view document) {
    const Document fields(document);
    Reservation reservation;
    reservation.reserve_id = fields.text("reserve_id");
    reservation.billing_key = fields.text("billing_key");
    reservation.order_id = fields.text("order_id");
    reservation.order_name = fields.text("order_name");
    reservation.user_id = fields.text("user_id");
    reservation.price = fields.won("price");
    reservation.tax_free = fields.won("tax_free");
    reservation.status = fields.code<ReservationStatus>("status");
    reservation.receipt_id = fields.text("receipt_id");
    reservation.requested_at = fields.time("requested_at").value_or(Time{});
    reservation.execute_at = fields.time("execute_at").value_or(Time{});
    reservation.started_at = fields.time("started_at");
    reservation.finished_at = fields.time("finished_at");
    reservation.revoked_at = fields.time("revoked_at");
    return reservation;
}

}  // namespace pay::sandbox
