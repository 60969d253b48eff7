-- What was bought. `entitlement` is user/item as long as the row makes its user the owner of content,
-- else NULL: so nobody can own the same content twice.
CREATE TABLE order_item (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    order_id VARCHAR(32) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    item_id VARCHAR(32) NOT NULL,
    item_name VARCHAR(200) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    amount BIGINT,
    points BIGINT,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,
    entitlement VARCHAR(100)
);
CREATE UNIQUE INDEX order_item_order ON order_item (order_id);
CREATE UNIQUE INDEX order_item_entitlement ON order_item (entitlement);
CREATE INDEX order_item_user ON order_item (user_id, id);
