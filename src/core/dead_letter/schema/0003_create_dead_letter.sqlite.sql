-- Messages that could not be handled, each with those of its lane (topic and key) that came after it, in the
-- order of `place`. A row goes when its message is handled after all, or discarded.
CREATE TABLE dead_letter (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    lane BIGINT NOT NULL,
    place BIGINT NOT NULL,
    topic VARCHAR(64) NOT NULL,
    message_id TEXT NOT NULL,
    message_key TEXT NOT NULL,
    message_type TEXT NOT NULL,
    payload TEXT NOT NULL,
    traceparent TEXT NOT NULL,
    headers TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    parked_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX dead_letter_by_lane ON dead_letter (lane, place);
CREATE UNIQUE INDEX dead_letter_by_message ON dead_letter (message_id, topic);
