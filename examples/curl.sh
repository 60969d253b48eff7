#!/usr/bin/env bash
# Buys the smallest package of points by curl, and follows the order until it is over.
# In a folder where `./run` is going:    examples/curl.sh [USER]
set -euo pipefail
API=${PAYMENTS_URL:-http://127.0.0.1:8080} SANDBOX=${SANDBOX_URL:-http://127.0.0.1:8090}
TOKEN=${PAYMENTS_TOKEN:-$(build/payments token --user "${1:-alice}")}
call() { curl --silent --show-error --fail-with-body -H "Authorization: Bearer $TOKEN" "$@"; }
post() { call -H "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)" -H 'Content-Type: application/json' "$@"; }
field() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }

ITEM=$(call "$API/v1/items" | grep -o '{[^}]*"amount":5000,[^}]*}' | field id)
ORDER=$(post "$API/v1/orders" -d '{"item_id":"'"$ITEM"'"}' | field id)
# Here the buyer pays in Bootpay's window; the sandbox does it for us.
RECEIPT=$(post "$SANDBOX/sandbox/pay" -d '{"order_id":"'"$ORDER"'","price":5000,"separately_confirmed":true}' | field receipt_id)
post "$API/v1/orders/$ORDER/confirm" -d '{"receipt_id":"'"$RECEIPT"'"}' >/dev/null
# Each change is an event; the stream ends with the order.
call --no-buffer "$API/v1/orders/$ORDER/stream" | grep --line-buffered -o '"status":"[A-Z]*"' | uniq
call "$API/v1/points"; echo
