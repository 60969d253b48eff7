import { useTexts } from "../../frame/language.ts";
import { parameters } from "../../frame/hash.ts";
import { Listing, usePages } from "../../frame/pages.tsx";
import { Badge } from "../../frame/status.tsx";
import { View } from "../../frame/view.tsx";
import { items } from "../calls.ts";
import { Id } from "../parts/id.tsx";
import { Table } from "../parts/table.tsx";
import { count, Time } from "../parts/time.tsx";
import { itemTexts } from "../texts/items.ts";
import { consoleTexts } from "../texts/console.ts";
import type { Item } from "../types.ts";
import { ChangeAct, NewItemAct, SaleAct } from "./item_acts.tsx";

export function Items() {
  const texts = useTexts(itemTexts);
  const { sections } = useTexts(consoleTexts);
  const archived = parameters().get("status") === "archived";
  const status = archived ? "archived" : "on_sale";
  const pages = usePages<Item>((cursor, signal) => items.list({ status, cursor }, signal), [status]);
  const done = pages.again;
  const number = (amount: number | null) => (amount === null ? "–" : count(amount));
  return (
    <View title={sections.items} aside={<NewItemAct done={done} />}>
      <nav class="choice" aria-label={texts.which}>
        <a href="#/items" aria-current={archived ? undefined : "true"}>{texts.onSale}</a>
        <a href="#/items?status=archived" aria-current={archived ? "true" : undefined}>{texts.archived}</a>
      </nav>
      <Listing pages={pages} empty={texts.none}>
        {(rows) => (
          <Table name={sections.items} rows={rows} keyOf={(row) => row.id} columns={[
            { name: texts.name, cell: (row) => row.name },
            { name: texts.kind, cell: (row) => <Badge tone={row.kind === "content" ? "info" : "idle"}>{texts.kinds[row.kind]}</Badge> },
            { name: texts.amount, cell: (row) => number(row.amount), number: true },
            { name: texts.points, cell: (row) => number(row.points), number: true },
            { name: texts.bonus, cell: (row) => number(row.bonus_points), number: true },
            { name: texts.pointPrice, cell: (row) => number(row.point_price), number: true },
            { name: texts.acts, cell: (row) => <div class="acts"><ChangeAct item={row} done={done} /><SaleAct item={row} done={done} /></div> },
            { name: "ID", cell: (row) => <Id text={row.id} /> },
            { name: texts.version, cell: (row) => count(row.version), number: true },
            { name: texts.changedAt, cell: (row) => <Time at={row.updated_at} /> },
          ]} />
        )}
      </Listing>
    </View>
  );
}
