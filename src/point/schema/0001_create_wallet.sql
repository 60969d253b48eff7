-- A user's points as they stand; the sum of the ledger, kept beside it.
CREATE TABLE wallet (
    user_id VARCHAR(64) NOT NULL PRIMARY KEY,
    paid BIGINT NOT NULL,
    bonus BIGINT NOT NULL,
    held BIGINT NOT NULL,
    owed BIGINT NOT NULL,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Every movement of points, double entry: the lines of a transaction sum to zero. Rows are only added.
-- user_id and balance_after (the user's paid and bonus after the transaction) are NULL on lines of the
-- house's accounts.
CREATE TABLE ledger_entry (
    transaction_id VARCHAR(32) NOT NULL,
    line BIGINT NOT NULL,
    account VARCHAR(16) NOT NULL,
    user_id VARCHAR(64),
    points BIGINT NOT NULL,
    balance_after BIGINT,
    reason VARCHAR(32) NOT NULL,
    order_id VARCHAR(32),
    at BIGINT NOT NULL,
    PRIMARY KEY (transaction_id, line)
);
CREATE INDEX ledger_entry_user ON ledger_entry (user_id, transaction_id);
CREATE INDEX ledger_entry_order ON ledger_entry (order_id);

-- Who adjusted points by hand, and why.
CREATE TABLE adjustment (
    transaction_id VARCHAR(32) NOT NULL PRIMARY KEY,
    admin_id VARCHAR(64) NOT NULL,
    reason VARCHAR(200) NOT NULL
);
