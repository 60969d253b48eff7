-- Stored cards and accounts that users let us charge. billing_key is as good as a card number; it is NULL once
-- the gateway has destroyed it. Times are milliseconds since 1970, amounts whole won.
CREATE TABLE billing_key (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    user_id VARCHAR(64) NOT NULL,
    receipt_id VARCHAR(64) NOT NULL,
    billing_key VARCHAR(128),
    label VARCHAR(200) NOT NULL,
    method VARCHAR(32) NOT NULL,
    status VARCHAR(16) NOT NULL,
    terms VARCHAR(64) NOT NULL,
    consented_at BIGINT NOT NULL,
    withdrawn_at BIGINT,
    revoke_due_at BIGINT,
    destroyed_at BIGINT,
    created_at BIGINT NOT NULL
);
-- A user's, newest first.
CREATE INDEX billing_key_user ON billing_key (user_id, id);
-- An issue is taken in once.
CREATE UNIQUE INDEX billing_key_receipt ON billing_key (receipt_id);
CREATE INDEX billing_key_revoke ON billing_key (revoke_due_at);

-- What is charged by itself, and when. slot is "user id/trigger" until it is withdrawn: one of each kind.
CREATE TABLE auto_charge (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    user_id VARCHAR(64) NOT NULL,
    billing_key_id VARCHAR(32) NOT NULL,
    item_id VARCHAR(32) NOT NULL,
    amount BIGINT NOT NULL,
    points BIGINT NOT NULL,
    trigger_kind VARCHAR(16) NOT NULL,
    below_points BIGINT,
    monthly_day BIGINT,
    terms VARCHAR(64) NOT NULL,
    consented_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    status VARCHAR(16) NOT NULL,
    slot VARCHAR(80),
    withdrawn_at BIGINT,
    last_order_id VARCHAR(32),
    charging BIGINT NOT NULL,
    charge_called_at BIGINT,
    last_failure VARCHAR(32) NOT NULL,
    failures BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT,
    not_before BIGINT,
    balance_version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX auto_charge_user ON auto_charge (user_id, id);
CREATE INDEX auto_charge_key ON auto_charge (billing_key_id);
CREATE UNIQUE INDEX auto_charge_slot ON auto_charge (slot);
CREATE INDEX auto_charge_due ON auto_charge (due_at);

-- The orders that auto-charges made. Rows are only ever added.
CREATE TABLE auto_charge_order (
    order_id VARCHAR(32) NOT NULL PRIMARY KEY,
    auto_charge_id VARCHAR(32) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    made_at BIGINT NOT NULL
);
-- How many of a user today.
CREATE INDEX auto_charge_order_user ON auto_charge_order (user_id, made_at);

-- Who agreed to what, when, and when they took it back. Rows are only ever added.
CREATE TABLE consent (
    subject_id VARCHAR(32) NOT NULL,
    act VARCHAR(16) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    terms VARCHAR(64) NOT NULL,
    address VARCHAR(64) NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (subject_id, act)
);
CREATE INDEX consent_user ON consent (user_id, at);
