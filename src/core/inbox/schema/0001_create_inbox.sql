-- What a service answered when an order first asked for something. One row for an order and an action,
-- so the same thing asked again, by whatever message, finds its answer here and has no second effect.
CREATE TABLE inbox (
    order_id VARCHAR(32) NOT NULL,
    action VARCHAR(16) NOT NULL,
    outcome VARCHAR(16) NOT NULL,
    code VARCHAR(32) NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (order_id, action)
);
