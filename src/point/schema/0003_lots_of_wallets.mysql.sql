-- What wallets have from the time before lots: granted without an expiry, so until the year 2100. The versions
-- come first: what a process of that time changes meanwhile is found by them.
UPDATE wallet SET lots_version = version;
INSERT INTO lot (id, user_id, kind, expires_at, granted, points_left, repaid, canceled, noticed, open_of, due_at)
SELECT CONCAT('old.paid.', user_id), user_id, 'paid', 4102444800000, paid, paid, 0, 0, 0, user_id, 4102444800000
FROM wallet WHERE paid > 0;
INSERT INTO lot (id, user_id, kind, expires_at, granted, points_left, repaid, canceled, noticed, open_of, due_at)
SELECT CONCAT('old.bonus.', user_id), user_id, 'bonus', 4102444800000, bonus, bonus, 0, 0, 0, user_id, 4102444800000
FROM wallet WHERE bonus > 0;
