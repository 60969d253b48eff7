ALTER TABLE catalogue_item ADD COLUMN bonus_points BIGINT;
