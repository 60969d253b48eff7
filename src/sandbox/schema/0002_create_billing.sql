CREATE TABLE billing_key (
    receipt_id VARCHAR(24) NOT NULL PRIMARY KEY, -- of its issue
    number BIGINT NOT NULL, -- in the order of their making
    document TEXT NOT NULL
);
CREATE TABLE reservation (
    reserve_id VARCHAR(24) NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL, -- in the order of their making
    document TEXT NOT NULL
);
