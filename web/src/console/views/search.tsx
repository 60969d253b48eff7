import { ProblemError } from "payments-client";
import { useEffect } from "preact/hooks";
import { useTexts } from "../../frame/language.ts";
import { useLoad } from "../../frame/load.ts";
import { Empty } from "../../frame/pages.tsx";
import { StatusBadge } from "../../frame/status.tsx";
import { View } from "../../frame/view.tsx";
import { orders, wallets } from "../calls.ts";
import { orderAt, OrderId, UserId, userAt } from "../parts/id.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { count, Time } from "../parts/time.tsx";
import { consoleTexts } from "../texts/console.ts";
import type { Order } from "../types.ts";

type Hit =
  | { kind: "order" | "receipt"; at: string; order: Order }
  | { kind: "user"; at: string; user: string; orders: string; balance: number };

/** What the answer would be, or nothing if there is no such thing. */
function ifThere<T>(call: Promise<T>): Promise<T | null> {
  return call.catch((failure: unknown) => {
    if (failure instanceof ProblemError && [400, 404, 422].includes(failure.status)) return null;
    throw failure;
  });
}

async function usersOf(user: string, signal: AbortSignal): Promise<Hit[]> {
  const [wallet, ledger, bought] = await Promise.all([
    ifThere(wallets.one(user, signal)),
    ifThere(wallets.ledger(user, { limit: 1 }, signal)),
    ifThere(orders.list({ user_id: user, limit: 10 }, signal)),
  ]);
  if (!bought?.data.length && !ledger?.data.length) return [];
  const number = `${bought?.data.length ?? 0}${bought?.next_cursor ? "+" : ""}`;
  return [{ kind: "user", at: userAt(user), user, orders: number, balance: wallet?.balance ?? 0 }];
}

/** What a text may mean, told by its form; a receipt's may be a user's name, too. */
async function hitsOf(text: string, signal: AbortSignal): Promise<Hit[]> {
  const order = /^ord_([0-9a-z]{26})$/i.exec(text);
  if (order) {
    const found = await ifThere(orders.one(`ord_${order[1]!.toUpperCase()}`, signal));
    return found ? [{ kind: "order", at: orderAt(found.id), order: found }] : [];
  }
  const receipts = /^[0-9a-f]{24}$/i.test(text)
    ? (await ifThere(orders.list({ receipt_id: text.toLowerCase() }, signal)))?.data ?? [] : [];
  const users = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/.test(text) ? await usersOf(text, signal) : [];
  return [
    ...receipts.map((found): Hit => ({ kind: "receipt", at: orderAt(found.id), order: found })),
    ...users,
  ];
}

/** A single hit is gone to at once. */
export function Search(props: { text: string }) {
  const texts = useTexts(consoleTexts);
  const found = useLoad((signal) => hitsOf(props.text.trim(), signal), [props.text]);
  useEffect(() => {
    if (found.state === "ready" && found.value.length === 1) location.replace(found.value[0]!.at);
  }, [found.state]);
  return (
    <View title={texts.results}>
      <Loaded of={found}>
        {(hits) => hits.length === 0 ? <Empty><p role="status">{texts.noHits}</p></Empty> : (
          <ul class="hits">{hits.map((hit) => <li key={hit.at}><HitLine hit={hit} /></li>)}</ul>
        )}
      </Loaded>
    </View>
  );
}

function HitLine({ hit }: { hit: Hit }) {
  const texts = useTexts(consoleTexts);
  return (
    <>
      <span class="fine">{texts.hit[hit.kind]}</span>{" "}
      {hit.kind === "user"
        ? <><UserId id={hit.user} /> {texts.userHit(hit.orders, count(hit.balance))}</>
        : <><OrderId id={hit.order.id} whole /> <StatusBadge status={hit.order.status} /> {hit.order.item_name} · {hit.order.user_id} · <Time at={hit.order.created_at} /></>}
    </>
  );
}
