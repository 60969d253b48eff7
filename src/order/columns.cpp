#include "order/columns.hpp"

#include <array>

#include "core/json/read.hpp"
#include "core/json/write.hpp"
#include "core/sql/values.hpp"

namespace pay::order {
namespace {

constexpr std::array<std::string_view, 33> order_columns{
    "id",
    "user_id",
    "item_id",
    "item_name",
    "item_version",
    "kind",
    "payment_method",
    "amount",
    "points",
    "bonus",
    "receipt_id",
    "status",
    "presented_receipt_id",
    "canceled_amount",
    "failure",
    "payment_step",
    "payment_step_at",
    "point_step",
    "point_step_at",
    "order_item_step",
    "order_item_step_at",
    "version",
    "created_at",
    "updated_at",
    "due_at",
    "attempts",
    "approval_at",
    "deadline_at",
    "cancel_fee",
    "gateway_method",
    "paid_at",
    "cancellation_id",
    "trail"
};
constexpr std::array<std::string_view, 12> refund_columns{
    "receipt_id", "order_id", "status",     "cancel_id",  "canceled_before", "called_at",
    "due_at",     "attempts", "created_at", "updated_at", "target",          "account"
};
constexpr std::array<std::string_view, 14> cancellation_columns{
    "id",       "order_id", "origin",     "amount", "fee",     "points",  "bonus",
    "asked_by", "reason",   "created_at", "phase",  "failure", "account", "updated_at"
};
constexpr std::array<std::string_view, 9> webhook_columns{
    "receipt_id", "receipt_status", "canceled", "order_id",  "price",
    "status",     "due_at",         "attempts", "created_at"
};

Step read_step(const sql::Row& row, int column) {
    return {json::named<StepStatus>(row.text(column)), from_epoch_ms(row.integer(column + 1))};
}

std::optional<gateway::RefundAccount> read_account(const sql::Row& row, int column) {
    if (row.null(column)) return std::nullopt;
    auto account = json::read<gateway::RefundAccount>(row.text(column), json::Unknown::refuse);
    if (!account) throw sql::Broken("a refund's account cannot be read");
    return *account;
}

sql::Value account_of(sql::Rows& rows, const std::optional<gateway::RefundAccount>& account) {
    return account ? sql::Value{rows.keep(json::to_text(*account))} : sql::Value{nullptr};
}

}  // namespace

const sql::Table order_table{"purchase_order", order_columns, 1, 9};
const sql::Table paid_order_table{"purchase_order", order_columns, 1, 10};
const sql::Table refund_table{"refund", refund_columns};
const sql::Table cancellation_table{"cancellation", cancellation_columns, 1, 9};
const sql::Table webhook_table{"webhook", webhook_columns, 3};

Order read_order(const sql::Row& row) {
    Order order;
    order.id = row.text(0);
    order.user_id = row.text(1);
    order.item_id = row.text(2);
    order.item_name = row.text(3);
    order.item_version = row.integer(4);
    order.kind = json::named<item::Kind>(row.text(5));
    order.payment_method = json::named<PaymentMethod>(row.text(6));
    order.amount = sql::optional_count<WonUnit>(row, 7);
    order.points = sql::optional_count<PointUnit>(row, 8);
    order.status = json::named<Status>(row.text(9));
    order.receipt_id = row.text(10);
    order.presented_receipt_id = row.text(11);
    order.canceled_amount = Won{row.integer(12)};
    order.failure = json::named<Failure>(row.text(13));
    order.payment = read_step(row, 14);
    if (!row.null(16)) order.point = read_step(row, 16);
    order.order_item = read_step(row, 18);
    order.version = row.integer(20);
    order.created_at = from_epoch_ms(row.integer(21));
    order.updated_at = from_epoch_ms(row.integer(22));
    order.due_at = sql::optional_time(row, 23);
    order.attempts = static_cast<int>(row.integer(24));
    order.approval_at = sql::optional_time(row, 25);
    order.deadline_at = sql::optional_time(row, 26);
    order.bonus = Points{row.integer(27)};
    order.cancel_fee = Won{row.integer(28)};
    order.gateway_method = row.text(29);
    order.paid_at = sql::optional_time(row, 30);
    order.cancellation_id = row.text(31);
    order.trail = row.text(32);
    return order;
}

Refund read_refund(const sql::Row& row) {
    Refund refund;
    refund.receipt_id = row.text(0);
    refund.order_id = row.text(1);
    refund.status = json::named<RefundStatus>(row.text(2));
    refund.cancel_id = row.text(3);
    refund.canceled_before = Won{row.integer(4)};
    refund.called_at = sql::optional_time(row, 5);
    refund.due_at = sql::optional_time(row, 6);
    refund.attempts = static_cast<int>(row.integer(7));
    refund.created_at = from_epoch_ms(row.integer(8));
    refund.updated_at = from_epoch_ms(row.integer(9));
    refund.target = sql::optional_count<WonUnit>(row, 10);
    refund.account = read_account(row, 11);
    return refund;
}

Cancellation read_cancellation(const sql::Row& row) {
    Cancellation cancellation;
    cancellation.id = row.text(0);
    cancellation.order_id = row.text(1);
    cancellation.phase = json::named<Phase>(row.text(2));
    cancellation.origin = json::named<Origin>(row.text(3));
    cancellation.amount = Won{row.integer(4)};
    cancellation.fee = Won{row.integer(5)};
    cancellation.points = Points{row.integer(6)};
    cancellation.bonus = Points{row.integer(7)};
    cancellation.asked_by = row.text(8);
    cancellation.reason = row.text(9);
    cancellation.failure = json::named<Failure>(row.text(10));
    cancellation.account = read_account(row, 11);
    cancellation.created_at = from_epoch_ms(row.integer(12));
    cancellation.updated_at = from_epoch_ms(row.integer(13));
    return cancellation;
}

Webhook read_webhook(const sql::Row& row) {
    Webhook webhook;
    webhook.receipt_id = row.text(0);
    webhook.receipt_status = row.integer(1);
    webhook.canceled = Won{row.integer(2)};
    webhook.order_id = row.text(3);
    webhook.price = Won{row.integer(4)};
    webhook.status = json::named<WebhookStatus>(row.text(5));
    webhook.due_at = sql::optional_time(row, 6);
    webhook.attempts = static_cast<int>(row.integer(7));
    webhook.created_at = from_epoch_ms(row.integer(8));
    return webhook;
}

void add_row(sql::Rows& rows, const Order& order) {
    rows.add(
        order.id, order.user_id, order.item_id, order.item_name, order.item_version,
        json::name_of(order.kind), json::name_of(order.payment_method), sql::value_of(order.amount),
        sql::value_of(order.points), order.bonus.value(), sql::text_or_null(order.receipt_id),
        json::name_of(order.status), sql::text_or_null(order.presented_receipt_id),
        order.canceled_amount.value(), json::name_of(order.failure),
        json::name_of(order.payment.status), to_epoch_ms(order.payment.at),
        order.point ? sql::Value{json::name_of(order.point->status)} : sql::Value{nullptr},
        order.point ? sql::Value{to_epoch_ms(order.point->at)} : sql::Value{nullptr},
        json::name_of(order.order_item.status), to_epoch_ms(order.order_item.at), order.version,
        to_epoch_ms(order.created_at), to_epoch_ms(order.updated_at), sql::value_of(order.due_at),
        std::int64_t{order.attempts}, sql::value_of(order.approval_at),
        sql::value_of(order.deadline_at), order.cancel_fee.value(), order.gateway_method,
        sql::value_of(order.paid_at), sql::text_or_null(order.cancellation_id), order.trail
    );
}

void add_row(sql::Rows& rows, const Refund& refund) {
    rows.add(
        refund.receipt_id, refund.order_id, json::name_of(refund.status), refund.cancel_id,
        refund.canceled_before.value(), sql::value_of(refund.called_at),
        sql::value_of(refund.due_at), std::int64_t{refund.attempts}, to_epoch_ms(refund.created_at),
        to_epoch_ms(refund.updated_at), sql::value_of(refund.target),
        account_of(rows, refund.account)
    );
}

void add_row(sql::Rows& rows, const Cancellation& cancellation) {
    rows.add(
        cancellation.id, cancellation.order_id, json::name_of(cancellation.origin),
        cancellation.amount.value(), cancellation.fee.value(), cancellation.points.value(),
        cancellation.bonus.value(), cancellation.asked_by, cancellation.reason,
        to_epoch_ms(cancellation.created_at), json::name_of(cancellation.phase),
        json::name_of(cancellation.failure), account_of(rows, cancellation.account),
        to_epoch_ms(cancellation.updated_at)
    );
}

void add_row(sql::Rows& rows, const Webhook& webhook) {
    rows.add(
        webhook.receipt_id, webhook.receipt_status, webhook.canceled.value(), webhook.order_id,
        webhook.price.value(), json::name_of(webhook.status), sql::value_of(webhook.due_at),
        std::int64_t{webhook.attempts}, to_epoch_ms(webhook.created_at)
    );
}

}  // namespace pay::order
