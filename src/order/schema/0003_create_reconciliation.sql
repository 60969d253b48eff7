-- A comparison of the orders of a span with the gateway and the ledger. `running` is 1 as long as it runs and
-- then NULL, so that there is one at a time; `part` and `position` say how far it came, `pages` counts what was
-- stored of it, so that of two processes that work on the same page one stores it.
CREATE TABLE reconciliation (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    running BIGINT,
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    asked_by VARCHAR(64) NOT NULL,
    part VARCHAR(16) NOT NULL,
    position VARCHAR(64) NOT NULL,
    pages BIGINT NOT NULL,
    orders BIGINT NOT NULL,
    checked BIGINT NOT NULL,
    mended BIGINT NOT NULL,
    open BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE UNIQUE INDEX reconciliation_running ON reconciliation (running);

CREATE TABLE reconciliation_finding (
    reconciliation_id VARCHAR(32) NOT NULL,
    id VARCHAR(32) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    order_id VARCHAR(96) NOT NULL,
    receipt_id VARCHAR(64) NOT NULL,
    detail VARCHAR(300) NOT NULL,
    mended BIGINT NOT NULL,
    command VARCHAR(300) NOT NULL,
    PRIMARY KEY (reconciliation_id, id)
);

-- What the ledger said of orders; gone with the next run.
CREATE TABLE reconciliation_answer (
    check_id VARCHAR(32) NOT NULL,
    order_id VARCHAR(32) NOT NULL,
    granted BIGINT NOT NULL,
    returned BIGINT NOT NULL,
    spent BIGINT NOT NULL,
    held BIGINT NOT NULL,
    owed BIGINT NOT NULL,
    PRIMARY KEY (check_id, order_id)
);

-- An order's second payments are found by their refunds.
CREATE INDEX refund_order ON refund (order_id);
