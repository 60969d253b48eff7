import { points } from "../../frame/format.ts";
import { useLanguage, useTexts } from "../../frame/language.ts";
import { useLoad } from "../../frame/load.ts";
import { Listing, usePages } from "../../frame/pages.tsx";
import { Badge, StatusBadge } from "../../frame/status.tsx";
import { View } from "../../frame/view.tsx";
import { orders, purchases, wallets } from "../calls.ts";
import { Id, OrderId } from "../parts/id.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { Section } from "../parts/section.tsx";
import { Table } from "../parts/table.tsx";
import { count, Time } from "../parts/time.tsx";
import { orderTexts } from "../texts/order.ts";
import { userTexts } from "../texts/user.ts";
import type { Lot, Order } from "../types.ts";
import { LedgerTable } from "./ledger_table.tsx";
import { AdjustAct, GrantAct } from "./wallet_acts.tsx";

/** A user's side of things: what they ordered, hold and moved. */
export function UserView(props: { id: string }) {
  const texts = useTexts(userTexts);
  const { id } = props;
  const wallet = useLoad((signal) => wallets.one(id, signal), [id]);
  const lots = useLoad((signal) => wallets.lots(id, signal), [id]);
  const ledger = usePages((cursor, signal) => wallets.ledger(id, { cursor }, signal), [id]);
  const again = () => {
    wallet.again();
    lots.again();
    ledger.again();
  };
  const acts = <div class="acts"><GrantAct user={id} done={again} /><AdjustAct user={id} done={again} /></div>;
  return (
    <View title={`${texts.user} ${id}`} aside={<a href={`#/audit?target=${encodeURIComponent(id)}`}>{texts.actions}</a>}>
      <Section title={texts.wallet} aside={acts}>
        <Loaded of={wallet}>{(value) => <Balance wallet={value} />}</Loaded>
      </Section>
      <Orders user={id} />
      <Section title={texts.lots}>
        <Loaded of={lots}>
          {(rows) => rows.length ? <Lots rows={rows} /> : <p class="fine">{texts.noLots}</p>}
        </Loaded>
      </Section>
      <Section title={texts.ledger}>
        <Listing pages={ledger} empty={texts.noLedger}>
          {(rows) => <LedgerTable name={texts.ledger} rows={rows} />}
        </Listing>
      </Section>
    </View>
  );
}

function Balance({ wallet }: { wallet: Awaited<ReturnType<typeof wallets.one>> }) {
  const texts = useTexts(userTexts);
  const language = useLanguage();
  return (
    <>
      <dl class="tiles">
        <div><dt>{texts.balance}</dt><dd>{points(wallet.balance, language)}</dd></div>
        <div><dt>{texts.paid}</dt><dd>{count(wallet.paid)}</dd></div>
        <div><dt>{texts.bonus}</dt><dd>{count(wallet.bonus)}</dd></div>
        <div><dt>{texts.held}</dt><dd>{count(wallet.held)}</dd></div>
        <div class={wallet.owed > 0 ? "wait" : ""}><dt>{texts.owed}</dt><dd>{count(wallet.owed)}</dd></div>
      </dl>
      <p class="fine">
        {texts.expiring}: {wallet.expiring.length === 0 ? texts.noExpiring : wallet.expiring.map((lot, at) => (
          <span key={lot.at}>{at > 0 ? ", " : ""}{count(lot.points)} (<Time at={lot.at} day />)</span>
        ))}
      </p>
    </>
  );
}

function Lots({ rows }: { rows: Lot[] }) {
  const texts = useTexts(userTexts);
  return (
    <Table name={texts.lots} rows={rows} keyOf={(row) => row.id} columns={[
      { name: texts.kind, cell: (row) => (row.kind === "paid" ? texts.paid : texts.bonus) },
      { name: texts.left, cell: (row) => count(row.left), number: true },
      { name: texts.granted, cell: (row) => count(row.granted), number: true },
      { name: texts.expires, cell: (row) => <Time at={row.expires_at} /> },
      { name: texts.from, cell: (row) => (row.order_id ? <OrderId id={row.order_id} /> : "–") },
    ]} />
  );
}

function Orders({ user }: { user: string }) {
  const texts = useTexts(userTexts);
  const words = useTexts(orderTexts);
  const pages = usePages<Order>((cursor, signal) => orders.list({ user_id: user, cursor }, signal), [user]);
  return (
    <>
      <Section title={texts.orders}>
        <Listing pages={pages} empty={texts.noOrders}>
          {(rows) => (
            <Table name={texts.orders} rows={rows} keyOf={(row) => row.id} columns={[
              { name: words.state, cell: (row) => <StatusBadge status={row.status} /> },
              { name: words.order, cell: (row) => <OrderId id={row.id} /> },
              { name: words.item, cell: (row) => row.item_name },
              { name: words.price, cell: (row) => (row.amount === null ? "–" : count(row.amount)), number: true },
              { name: words.points, cell: (row) => (row.points === null ? "–" : count(row.points)), number: true },
              { name: words.madeAt, cell: (row) => <Time at={row.created_at} /> },
              { name: words.failure, cell: (row) => row.failure?.message ?? "–" },
            ]} />
          )}
        </Listing>
      </Section>
      {pages.items ? <Owned user={user} orders={pages.items} /> : null}
    </>
  );
}

/** Whether the content that the shown orders are of may be read by the user now. */
function Owned(props: { user: string; orders: Order[] }) {
  const texts = useTexts(userTexts);
  const words = useTexts(orderTexts);
  const bought = new Map(props.orders.filter(isContent).map((order) => [order.item_id, order.item_name]));
  const owned = useLoad(
    (signal) => Promise.all([...bought].map(async ([item, name]) =>
      ({ item, name, ...(await purchases.entitlement(item, props.user, signal)) }))),
    [props.orders],
  );
  return (
    <Section title={texts.owned}>
      <Loaded of={owned}>
        {(rows) => rows.length === 0 ? <p class="fine">{texts.noOwned}</p> : (
          <Table name={texts.owned} rows={rows} keyOf={(row) => row.item} columns={[
            { name: words.item, cell: (row) => row.name },
            { name: words.state, cell: (row) => <Badge tone={row.owned ? "good" : "idle"}>{row.owned ? texts.owns : texts.ownsNot}</Badge> },
            { name: words.order, cell: (row) => (row.order_id ? <OrderId id={row.order_id} /> : "–") },
            { name: "ID", cell: (row) => <Id text={row.item} /> },
          ]} />
        )}
      </Loaded>
    </Section>
  );
}

/** Of an order of points, `points` are what it grants; of content, what it costs, if it costs points. */
function isContent(order: Order): boolean {
  return order.payment_method === "points" || order.points === null;
}
