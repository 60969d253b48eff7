// Buys the smallest package of points, and follows the order until it is over.
// With `./run` going:
//   TOKEN=$(build/payments token --user alice)
//   (cd clients/typescript && npm ci) && cd examples/typescript && npm ci && TOKEN=$TOKEN npm start

import { payments, ProblemError, take } from "payments-client";

const { PAYMENTS_URL = "http://127.0.0.1:8080", SANDBOX_URL = "http://127.0.0.1:8090", TOKEN = "" } = process.env;
const api = payments({ baseUrl: PAYMENTS_URL, token: TOKEN, language: "en" });

try {
  const { data: items } = await take(api.GET("/v1/items"));
  const item = items.find(({ kind, amount }) => kind === "point_package" && amount === 5000)!;
  const order = await take(api.POST("/v1/orders", { body: { item_id: item.id } }));

  // Here the buyer pays in Bootpay's window, which gives the receipt; the sandbox does it for us.
  const paid = await fetch(`${SANDBOX_URL}/sandbox/pay`, {
    method: "POST", body: JSON.stringify({ order_id: order.id, price: order.amount, separately_confirmed: true }),
  });
  const { receipt_id } = (await paid.json()) as { receipt_id: string };

  await take(api.POST("/v1/orders/{id}/confirm", { params: { path: { id: order.id } }, body: { receipt_id } }));
  const done = await api.follow(order.id, ({ status }) => console.log(status));
  const { balance } = await take(api.GET("/v1/points"));
  console.log(`${done.item_name}: ${done.status}, balance ${balance}`);
} catch (failure) {
  if (!(failure instanceof ProblemError)) throw failure;
  console.error(`${failure.code}: ${failure.message} (request ${failure.requestId})`);
  process.exitCode = 1;
}
