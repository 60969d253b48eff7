-- As for SQLite; what others write into a message may be any bytes, which no TEXT takes here.
CREATE TABLE dead_letter (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    lane BIGINT NOT NULL,
    place BIGINT NOT NULL,
    topic VARCHAR(64) NOT NULL,
    message_id VARBINARY(512) NOT NULL,
    message_key MEDIUMBLOB NOT NULL,
    message_type MEDIUMBLOB NOT NULL,
    payload MEDIUMBLOB NOT NULL,
    traceparent MEDIUMBLOB NOT NULL,
    headers MEDIUMTEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    parked_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX dead_letter_by_lane ON dead_letter (lane, place);
CREATE UNIQUE INDEX dead_letter_by_message ON dead_letter (message_id, topic);
