-- Where a call runs whose answer is not there yet, and until when the other instances leave its key to it.
ALTER TABLE idempotency_key ADD COLUMN held_by VARCHAR(96);
ALTER TABLE idempotency_key ADD COLUMN held_until BIGINT;
