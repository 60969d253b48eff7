-- As for SQLite; each trigger is one statement, without BEGIN, so that the script splits at semicolons.
CREATE TRIGGER consent_no_update BEFORE UPDATE ON consent FOR EACH ROW
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'consent is append-only';
CREATE TRIGGER consent_no_delete BEFORE DELETE ON consent FOR EACH ROW
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'consent is append-only';
