CREATE TABLE item (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    kind VARCHAR(16) NOT NULL,
    name VARCHAR(200) NOT NULL,
    amount BIGINT,
    points BIGINT,
    point_price BIGINT,
    status VARCHAR(16) NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX item_status ON item (status, id);

-- A row says that the first items were put in once: they are not put in again, whatever became of them.
CREATE TABLE seed (
    name VARCHAR(32) NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL
);
