-- The copy of the catalogue: an item as item.changed told it last.
CREATE TABLE catalogue_item (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    kind VARCHAR(16) NOT NULL,
    name VARCHAR(200) NOT NULL,
    amount BIGINT,
    points BIGINT,
    point_price BIGINT,
    status VARCHAR(16) NOT NULL,
    version BIGINT NOT NULL
);
