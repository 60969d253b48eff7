-- The processes that share this database. A beat that stands still for ten seconds is that of a dead one.
CREATE TABLE instance (
    name VARCHAR(96) NOT NULL PRIMARY KEY,
    beat BIGINT NOT NULL
);
