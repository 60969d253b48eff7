-- Refunds that are not done, among all there ever were: what operators attend to.
CREATE INDEX refund_status ON refund (status, receipt_id);
