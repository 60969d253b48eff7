-- An order and how far each of its steps is. Times are milliseconds since 1970, amounts whole won.
CREATE TABLE purchase_order (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    user_id VARCHAR(64) NOT NULL,
    item_id VARCHAR(32) NOT NULL,
    item_name VARCHAR(200) NOT NULL,
    item_version BIGINT NOT NULL,
    kind VARCHAR(16) NOT NULL,
    payment_method VARCHAR(16) NOT NULL,
    amount BIGINT,
    points BIGINT,
    status VARCHAR(16) NOT NULL,
    receipt_id VARCHAR(64),
    presented_receipt_id VARCHAR(64),
    canceled_amount BIGINT NOT NULL,
    failure VARCHAR(32) NOT NULL,
    payment_step VARCHAR(16) NOT NULL,
    payment_step_at BIGINT NOT NULL,
    point_step VARCHAR(16),
    point_step_at BIGINT,
    order_item_step VARCHAR(16) NOT NULL,
    order_item_step_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    due_at BIGINT,
    attempts BIGINT NOT NULL,
    approval_at BIGINT,
    deadline_at BIGINT
);
-- A user's orders, newest first.
CREATE INDEX purchase_order_user ON purchase_order (user_id, id);
-- One order holds a receipt: the last line of defence, below the rules.
CREATE UNIQUE INDEX purchase_order_receipt ON purchase_order (receipt_id);
-- What the driver must look at next; empty for orders that are final.
CREATE INDEX purchase_order_due ON purchase_order (due_at);

-- Money on its way back through the gateway, one row for a receipt.
CREATE TABLE refund (
    receipt_id VARCHAR(64) NOT NULL PRIMARY KEY,
    order_id VARCHAR(32) NOT NULL,
    status VARCHAR(16) NOT NULL,
    cancel_id VARCHAR(96) NOT NULL,
    canceled_before BIGINT NOT NULL,
    called_at BIGINT,
    due_at BIGINT,
    attempts BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX refund_due ON refund (due_at);

-- What webhooks said, once for each thing they can say.
CREATE TABLE webhook (
    receipt_id VARCHAR(64) NOT NULL,
    receipt_status BIGINT NOT NULL,
    canceled BIGINT NOT NULL,
    order_id VARCHAR(96) NOT NULL,
    price BIGINT NOT NULL,
    status VARCHAR(16) NOT NULL,
    due_at BIGINT,
    attempts BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (receipt_id, receipt_status, canceled)
);
CREATE INDEX webhook_due ON webhook (due_at);
