-- Messages that the bus has not acknowledged yet. A row goes once it is sent, so what stands here is unsent.
CREATE TABLE outbox (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    topic VARCHAR(64) NOT NULL,
    message_key VARCHAR(96) NOT NULL,
    message_type VARCHAR(64) NOT NULL,
    payload TEXT NOT NULL,
    traceparent VARCHAR(64) NOT NULL,
    created_at BIGINT NOT NULL
);

-- One row that is written to see whether the database takes changes again after it did not.
CREATE TABLE probe (
    id BIGINT NOT NULL PRIMARY KEY,
    written_at BIGINT NOT NULL
);
