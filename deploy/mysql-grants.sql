-- Run once, by the MySQL image, when its volume is new. One account for all here; in production each
-- service has its own for its own database: docs/operate.md.
GRANT ALL ON `payments\_%`.* TO 'payments'@'%';
