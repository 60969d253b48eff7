CREATE TABLE receipt (
    receipt_id VARCHAR(24) NOT NULL PRIMARY KEY,
    order_id VARCHAR(128) NOT NULL,
    number BIGINT NOT NULL, -- in the order of their making
    document TEXT NOT NULL
);
CREATE INDEX receipt_order ON receipt (order_id, number);
