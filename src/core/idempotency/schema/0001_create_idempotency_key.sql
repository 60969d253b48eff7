-- The answers given under an Idempotency-Key. status is NULL while the call waits for the gateway;
-- resource_id then names what the first call made, so that its repeat goes on with it.
CREATE TABLE idempotency_key (
    user_id VARCHAR(64) NOT NULL,
    idempotency_key VARCHAR(128) NOT NULL,
    fingerprint VARCHAR(64) NOT NULL,
    resource_id VARCHAR(32),
    status BIGINT,
    body TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, idempotency_key)
);
CREATE INDEX idempotency_key_age ON idempotency_key (created_at);
