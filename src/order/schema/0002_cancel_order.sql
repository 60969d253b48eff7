-- What a cancel needs to know of an order: the bonus that came with its points, the part of the canceled
-- amount that was kept as a fee, how and when it was paid, and the cancellation under way.
ALTER TABLE purchase_order ADD COLUMN bonus BIGINT NOT NULL DEFAULT 0;
ALTER TABLE purchase_order ADD COLUMN cancel_fee BIGINT NOT NULL DEFAULT 0;
ALTER TABLE purchase_order ADD COLUMN gateway_method VARCHAR(32) NOT NULL DEFAULT '';
ALTER TABLE purchase_order ADD COLUMN paid_at BIGINT;
ALTER TABLE purchase_order ADD COLUMN cancellation_id VARCHAR(32);

-- A cancel of an order, from its points being held to their being settled, one row for each.
CREATE TABLE cancellation (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    order_id VARCHAR(32) NOT NULL,
    phase VARCHAR(16) NOT NULL,
    origin VARCHAR(16) NOT NULL,
    amount BIGINT NOT NULL,
    fee BIGINT NOT NULL,
    points BIGINT NOT NULL,
    bonus BIGINT NOT NULL,
    asked_by VARCHAR(64) NOT NULL,
    reason VARCHAR(200) NOT NULL,
    failure VARCHAR(32) NOT NULL,
    account VARCHAR(512),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX cancellation_order ON cancellation (order_id);
-- What was only asked is cleared away by its time.
CREATE INDEX cancellation_origin ON cancellation (origin, created_at);

-- Content a user has a standing order for: another order for it is refused at the door.
-- content is "user id/item id".
CREATE TABLE owned_content (
    content VARCHAR(100) NOT NULL PRIMARY KEY,
    order_id VARCHAR(32) NOT NULL
);

-- How much of the receipt shall have been returned, all told (nothing: all of it), and for a virtual account
-- where the money goes: kept as long as it is needed.
ALTER TABLE refund ADD COLUMN target BIGINT;
ALTER TABLE refund ADD COLUMN account VARCHAR(512);
