-- Which instance sends the row, and further headers of the message, as JSON; NULL for none.
ALTER TABLE outbox ADD COLUMN instance VARCHAR(96) NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN headers TEXT;
