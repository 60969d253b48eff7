import { useTexts } from "../../frame/language.ts";
import { OrderId } from "../parts/id.tsx";
import { Table } from "../parts/table.tsx";
import { count, signed, Time } from "../parts/time.tsx";
import { userTexts } from "../texts/user.ts";
import type { LedgerEntry } from "../types.ts";

export function LedgerTable(props: { name: string; rows: LedgerEntry[] }) {
  const texts = useTexts(userTexts);
  return (
    <Table name={props.name} rows={props.rows} keyOf={(row) => row.id} columns={[
      { name: texts.when, cell: (row) => <Time at={row.at} exact /> },
      { name: texts.what, cell: (row) => texts.reason[row.reason] ?? row.reason },
      { name: texts.delta, cell: (row) => signed(row.delta), number: true },
      { name: texts.after, cell: (row) => count(row.balance_after), number: true },
      { name: texts.from, cell: (row) => row.order_id ? <OrderId id={row.order_id} /> : "–" },
    ]} />
  );
}
