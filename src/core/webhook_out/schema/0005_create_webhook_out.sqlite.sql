-- Where events go to, with the secrets they are signed by.
CREATE TABLE webhook_endpoint (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    description VARCHAR(200) NOT NULL,
    status VARCHAR(16) NOT NULL,
    disabled_because VARCHAR(16) NOT NULL,
    secret VARCHAR(96) NOT NULL,
    previous_secret VARCHAR(96) NOT NULL,
    previous_until BIGINT,
    failing_since BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- One event for one endpoint, written in the transaction of the event. `due_at`: of one that waits, when it is
-- tried next; of one that is over, when it may be cleared away.
CREATE TABLE webhook_delivery (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    endpoint_id VARCHAR(32) NOT NULL,
    event_id VARCHAR(32) NOT NULL,
    event_type VARCHAR(64) NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    status VARCHAR(16) NOT NULL,
    due_at BIGINT NOT NULL,
    give_up_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    last_status BIGINT,
    last_error TEXT
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint_id, status, due_at);
CREATE INDEX webhook_delivery_log ON webhook_delivery (endpoint_id, id);

-- What each try of a delivery came to.
CREATE TABLE webhook_attempt (
    delivery_id VARCHAR(32) NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    took_ms BIGINT NOT NULL,
    status BIGINT,
    error TEXT,
    answer TEXT NOT NULL,
    PRIMARY KEY (delivery_id, number)
);
