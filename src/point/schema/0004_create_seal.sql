-- A wallet's transactions are a chain (chain.hpp): each one's hash, which holds that of the one before, stands
-- on the first of its user's lines with its place in the chain. Rows from before have none.
ALTER TABLE ledger_entry ADD COLUMN wallet_version BIGINT;
ALTER TABLE ledger_entry ADD COLUMN hash VARCHAR(64);
-- The hash of the wallet's last transaction.
ALTER TABLE wallet ADD COLUMN head VARCHAR(64);

-- One row for each day that is over (2026-03-02, in UTC), written once. Its hash is over the day before's, and
-- over the transactions of the day. `transactions`: how many, of those that have a hash.
CREATE TABLE seal (
    day VARCHAR(10) NOT NULL PRIMARY KEY,
    previous VARCHAR(64) NOT NULL,
    transactions BIGINT NOT NULL,
    hash VARCHAR(64) NOT NULL,
    sealed_at BIGINT NOT NULL
);
-- What the hash is made of: the users fall into 256 shards, of which those have a row that had transactions.
CREATE TABLE seal_shard (
    day VARCHAR(10) NOT NULL,
    shard BIGINT NOT NULL,
    transactions BIGINT NOT NULL,
    hash VARCHAR(64) NOT NULL,
    PRIMARY KEY (day, shard)
);
