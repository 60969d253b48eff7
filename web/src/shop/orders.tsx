import { take } from "payments-client";
import { points, time, won } from "../frame/format.ts";
import { parameters, useHash } from "../frame/hash.ts";
import { useLanguage, useTexts } from "../frame/language.ts";
import { Listing, usePages } from "../frame/pages.tsx";
import { api } from "../frame/session.ts";
import { StatusBadge } from "../frame/status.tsx";
import { frameTexts } from "../frame/texts/index.ts";
import { View } from "../frame/view.tsx";
import { shopTexts } from "./texts/index.ts";
import type { Order } from "./types.ts";

const statuses = ["PENDING", "PAID", "SUCCESS", "FAILING", "FAIL", "CANCELING", "CANCELED", "EXPIRED"] as const;

/** One's orders, newest first; the status they are limited to is in the address. */
export function Orders() {
  const texts = useTexts(shopTexts).orders;
  const { status: names } = useTexts(frameTexts);
  useHash();
  const status = statuses.find((one) => one === parameters().get("status"));
  const orders = usePages(
    (cursor, signal) => take(api.GET("/v1/orders", { params: { query: { limit: 20, cursor, status } }, signal })),
    [status],
  );
  const filter = (
    <label class="filter">
      <span>{texts.status}</span>
      <select value={status ?? ""} onChange={(event) => {
        const chosen = event.currentTarget.value;
        history.replaceState(null, "", `#/orders${chosen ? `?status=${chosen}` : ""}`);
        dispatchEvent(new HashChangeEvent("hashchange"));
      }}>
        <option value="">{texts.all}</option>
        {statuses.map((one) => <option key={one} value={one}>{names[one]}</option>)}
      </select>
    </label>
  );
  return (
    <View title={texts.title} aside={filter}>
      <Listing pages={orders} empty={status ? texts.filteredEmpty : texts.empty}>
        {(all) => <ul class="entries card">{all.map((order) => <OrderRow key={order.id} order={order} />)}</ul>}
      </Listing>
    </View>
  );
}

function OrderRow(props: { order: Order }) {
  const language = useLanguage();
  const { id, item_name, amount, points: cost, status, created_at } = props.order;
  return (
    <li>
      <div>
        <p><a href={`#/orders/${id}`} class="whole">{item_name}</a></p>
        <p class="fine"><time dateTime={created_at}>{time(created_at, language)}</time></p>
      </div>
      <div class="number">
        <p class="strong">{amount === null ? points(cost ?? 0, language) : won(amount, language)}</p>
        <StatusBadge status={status} />
      </div>
    </li>
  );
}
