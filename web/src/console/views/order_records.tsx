import { useTexts } from "../../frame/language.ts";
import { useLoad } from "../../frame/load.ts";
import { Badge } from "../../frame/status.tsx";
import { wallets } from "../calls.ts";
import { Id, UserId } from "../parts/id.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { Section } from "../parts/section.tsx";
import { Table } from "../parts/table.tsx";
import { count, Time } from "../parts/time.tsx";
import { orderTexts } from "../texts/order.ts";
import type { Cancellation, Order, WholeOrder } from "../types.ts";
import { LedgerTable } from "./ledger_table.tsx";

/** What else is stored of an order: cancels, refunds, what the gateway told, points moved. */
export function OrderRecords({ whole }: { whole: WholeOrder }) {
  const texts = useTexts(orderTexts);
  return (
    <>
      <Section title={texts.cancellations}>
        {whole.cancellations.length ? <Cancellations rows={whole.cancellations} /> : <p class="fine">{texts.noCancellations}</p>}
      </Section>
      <Section title={texts.refunds}>
        {whole.refunds.length ? <Refunds rows={whole.refunds} /> : <p class="fine">{texts.noRefunds}</p>}
      </Section>
      <WalletLines order={whole.order} />
      <Section title={texts.webhooks}>
        {whole.webhooks.length ? <Webhooks rows={whole.webhooks} /> : <p class="fine">{texts.noWebhooks}</p>}
      </Section>
    </>
  );
}

function Cancellations({ rows }: { rows: Cancellation[] }) {
  const texts = useTexts(orderTexts);
  const tone = (phase: Cancellation["phase"]) => (phase === "done" ? "good" : phase === "refused" ? "bad" : "wait");
  return (
    <Table name={texts.cancellations} rows={rows} keyOf={(row) => row.id} columns={[
      { name: texts.when, cell: (row) => <Time at={row.created_at} exact /> },
      { name: texts.state, cell: (row) => <><Badge tone={tone(row.phase)}>{texts.phase[row.phase]}</Badge> {row.failure?.message}</> },
      { name: texts.price, cell: (row) => count(row.amount), number: true },
      { name: texts.fee, cell: (row) => count(row.fee), number: true },
      { name: texts.points, cell: (row) => count(row.points), number: true },
      { name: texts.bonus, cell: (row) => count(row.bonus_points), number: true },
      { name: texts.askedBy, cell: (row) => <>{row.asked_by} ({texts.origin[row.origin]})</> },
      { name: texts.why, cell: (row) => row.reason },
      { name: texts.changedAt, cell: (row) => <Time at={row.updated_at} exact /> },
    ]} />
  );
}

const refundTones = { open: "wait", done: "good", refused: "bad" } as const;

function Refunds({ rows }: { rows: WholeOrder["refunds"] }) {
  const texts = useTexts(orderTexts);
  return (
    <Table name={texts.refunds} rows={rows} keyOf={(row) => rows.indexOf(row)} columns={[
      { name: texts.receipt, cell: (row) => <Id text={row.receipt_id} /> },
      { name: texts.state, cell: (row) => <Badge tone={refundTones[row.status]}>{texts.refundStatus[row.status]}</Badge> },
      { name: texts.refundTarget, cell: (row) => (row.target === null ? texts.whole : count(row.target)), number: true },
      { name: texts.tries, cell: (row) => count(row.attempts), number: true },
      { name: texts.next, cell: (row) => <Time at={row.next_at} exact /> },
      { name: texts.when, cell: (row) => <Time at={row.created_at} exact /> },
    ]} />
  );
}

function Webhooks({ rows }: { rows: WholeOrder["webhooks"] }) {
  const texts = useTexts(orderTexts);
  return (
    <Table name={texts.webhooks} rows={rows} keyOf={(row) => rows.indexOf(row)} columns={[
      { name: texts.when, cell: (row) => <Time at={row.created_at} exact /> },
      { name: texts.receipt, cell: (row) => <Id text={row.receipt_id} /> },
      { name: texts.receiptStatus, cell: (row) => String(row.receipt_status), number: true },
      { name: texts.canceled, cell: (row) => count(row.canceled), number: true },
      { name: texts.state, cell: (row) => texts.webhookStatus[row.status] },
      { name: texts.tries, cell: (row) => count(row.attempts), number: true },
    ]} />
  );
}

const searchedLines = 100;  // of the ledger, newest first: an order on the phone is a recent one

function WalletLines({ order }: { order: Order }) {
  const texts = useTexts(orderTexts);
  const lines = useLoad(
    async (signal) => (await wallets.ledger(order.user_id, { limit: searchedLines }, signal)).data
      .filter((line) => line.order_id === order.id),
    [order.id, order.version],
  );
  return (
    <Section title={texts.walletLines} aside={<UserId id={order.user_id} />}>
      <Loaded of={lines}>
        {(rows) => rows.length ? <LedgerTable name={texts.walletLines} rows={rows} /> : <p class="fine">{texts.noWalletLines}</p>}
      </Loaded>
    </Section>
  );
}
