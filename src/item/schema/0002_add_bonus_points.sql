-- The bonus that a point package grants along with its points; nothing: none.
ALTER TABLE item ADD COLUMN bonus_points BIGINT;
