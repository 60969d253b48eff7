-- What happened to the order, a record for each decision (trail.hpp); empty for orders from before.
ALTER TABLE purchase_order ADD COLUMN trail VARCHAR(4000) NOT NULL DEFAULT '';
