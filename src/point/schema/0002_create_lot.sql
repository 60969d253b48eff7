-- What one grant made: how many of its points are left to spend, and until when. A wallet's paid and bonus
-- points are the sums of what its lots have left.
--   granted = points_left + repaid + canceled + what was spent, is held for a purchase or expired
-- open_of is user_id as long as points are left, else NULL; due_at is when a notice of the expiry or the expiry
-- itself is to be done, NULL where nothing is left: so exhausted lots are in nobody's way. (A condition beside
-- user_id would do as well, but a range in an index locks the row that comes after it, a stranger's.)
CREATE TABLE lot (
    id VARCHAR(80) NOT NULL PRIMARY KEY,
    user_id VARCHAR(64) NOT NULL,
    kind VARCHAR(8) NOT NULL,
    order_id VARCHAR(32),
    expires_at BIGINT NOT NULL,
    granted BIGINT NOT NULL,
    points_left BIGINT NOT NULL,
    repaid BIGINT NOT NULL,
    canceled BIGINT NOT NULL,
    noticed BIGINT NOT NULL,
    open_of VARCHAR(64),
    due_at BIGINT
);

CREATE INDEX lot_open ON lot (open_of, expires_at);
CREATE INDEX lot_order ON lot (order_id);
CREATE INDEX lot_due ON lot (due_at);

-- Points set aside. `points` is all that is held by it while its status is open.
CREATE TABLE point_hold (
    hold_id VARCHAR(32) NOT NULL PRIMARY KEY,
    order_id VARCHAR(32) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    purpose VARCHAR(16) NOT NULL,
    points BIGINT NOT NULL,
    balance BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    status VARCHAR(16) NOT NULL
);

-- What a hold took: out of which lot, and what of it was added to what the user owes. An empty lot_id: what
-- no lot had any more.
CREATE TABLE lot_use (
    hold_id VARCHAR(32) NOT NULL,
    kind VARCHAR(8) NOT NULL,
    lot_id VARCHAR(80) NOT NULL,
    points BIGINT NOT NULL,
    owed BIGINT NOT NULL,
    PRIMARY KEY (hold_id, kind, lot_id)
);

-- The wallet's version when its lots were written last: behind `version` where a process of the time before
-- lots has changed the wallet since.
ALTER TABLE wallet ADD COLUMN lots_version BIGINT NOT NULL DEFAULT 0;
