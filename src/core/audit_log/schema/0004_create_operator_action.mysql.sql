-- As for SQLite; each trigger is one statement, without BEGIN, so that the script splits at semicolons.
CREATE TABLE operator_action (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor VARCHAR(64) NOT NULL,
    action VARCHAR(32) NOT NULL,
    target VARCHAR(96) NOT NULL,
    reason VARCHAR(200) NOT NULL,
    changes MEDIUMTEXT NOT NULL,
    request_id VARCHAR(128) NOT NULL,
    traceparent VARCHAR(64) NOT NULL
);
CREATE INDEX operator_action_actor ON operator_action (actor, id);
CREATE INDEX operator_action_target ON operator_action (target, id);
CREATE TRIGGER operator_action_no_update BEFORE UPDATE ON operator_action FOR EACH ROW
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'operator_action is append-only';
CREATE TRIGGER operator_action_no_delete BEFORE DELETE ON operator_action FOR EACH ROW
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'operator_action is append-only';
