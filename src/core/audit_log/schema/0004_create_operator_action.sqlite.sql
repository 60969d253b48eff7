-- What operators did, one row for each action, written in the transaction of its effect. Rows are only ever
-- added: the triggers refuse the rest. REPLACE asks no DELETE trigger, so the first one is for it.
CREATE TABLE operator_action (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor VARCHAR(64) NOT NULL,
    action VARCHAR(32) NOT NULL,
    target VARCHAR(96) NOT NULL,
    reason VARCHAR(200) NOT NULL,
    changes TEXT NOT NULL,
    request_id VARCHAR(128) NOT NULL,
    traceparent VARCHAR(64) NOT NULL
);
CREATE INDEX operator_action_actor ON operator_action (actor, id);
CREATE INDEX operator_action_target ON operator_action (target, id);
CREATE TRIGGER operator_action_no_replace BEFORE INSERT ON operator_action
WHEN EXISTS (SELECT 1 FROM operator_action WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'operator_action is append-only'); END;
CREATE TRIGGER operator_action_no_update BEFORE UPDATE ON operator_action
BEGIN SELECT RAISE(ABORT, 'operator_action is append-only'); END;
CREATE TRIGGER operator_action_no_delete BEFORE DELETE ON operator_action
BEGIN SELECT RAISE(ABORT, 'operator_action is append-only'); END;
