-- The announcement of a dead letter repeats what others wrote: any bytes, and up to a megabyte of them.
ALTER TABLE outbox
    MODIFY COLUMN message_key MEDIUMBLOB NOT NULL,
    MODIFY COLUMN message_type MEDIUMBLOB NOT NULL,
    MODIFY COLUMN payload MEDIUMBLOB NOT NULL,
    MODIFY COLUMN traceparent MEDIUMBLOB NOT NULL,
    MODIFY COLUMN headers MEDIUMTEXT;
