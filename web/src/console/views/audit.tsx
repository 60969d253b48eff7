import { useTexts } from "../../frame/language.ts";
import { parameters } from "../../frame/hash.ts";
import { Listing, usePages } from "../../frame/pages.tsx";
import { View } from "../../frame/view.tsx";
import { operation } from "../calls.ts";
import { Id, orderAt, userAt } from "../parts/id.tsx";
import { merged } from "../parts/merged.ts";
import { Table } from "../parts/table.tsx";
import { Time } from "../parts/time.tsx";
import { auditTexts } from "../texts/audit.ts";
import { consoleTexts } from "../texts/console.ts";
import { services, type OperatorAction } from "../types.ts";

/** Where the thing an action was done to is shown, if it has a view. */
function placeOf(action: OperatorAction): string | undefined {
  if (/^ord_/.test(action.target)) return orderAt(action.target);
  if (/^rec_/.test(action.target)) return `#/reconciliations/${action.target}`;
  if (/^whe_/.test(action.target) && (action.service === "order" || action.service === "point")) {
    return action.action === "webhook.delete" ? undefined : `#/webhooks/${action.service}/${action.target}`;
  }
  return action.action.startsWith("point.") ? userAt(action.target) : undefined;
}

export function AuditLog() {
  const texts = useTexts(auditTexts);
  const { service: names, sections, filter } = { ...useTexts(consoleTexts), filter: useTexts(auditTexts).filter };
  const actor = parameters().get("actor") || undefined;
  const target = parameters().get("target") || undefined;
  const pages = usePages<OperatorAction>(
    (cursor, signal) => merged(cursor, services, (service, at) => operation.actions(service, { actor, target, cursor: at }, signal)),
    [actor, target],
  );
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const query = new URLSearchParams();
    for (const name of ["actor", "target"]) {
      const text = String(given.get(name) ?? "").trim();
      if (text) query.set(name, text);
    }
    location.hash = query.size ? `#/audit?${query}` : "#/audit";
  };
  return (
    <View title={sections.audit}>
      <form class="filters" onSubmit={submit}>
        <label>{texts.actor}<input name="actor" defaultValue={actor ?? ""} autocomplete="off" spellcheck={false} /></label>
        <label>{texts.target}<input name="target" defaultValue={target ?? ""} autocomplete="off" spellcheck={false} /></label>
        <button type="submit" class="secondary">{filter}</button>
      </form>
      <Listing pages={pages} empty={texts.none}>
        {(rows) => (
          <Table name={sections.audit} rows={rows} keyOf={(row) => row.id} columns={[
            { name: texts.at, cell: (row) => <Time at={row.at} exact /> },
            { name: texts.actor, cell: (row) => row.actor },
            { name: texts.action, cell: (row) => texts.actions[row.action] ?? row.action },
            { name: texts.target, cell: (row) => <Id text={row.target} href={placeOf(row)} /> },
            { name: texts.reason, cell: (row) => row.reason ?? "–" },
            { name: texts.changes, cell: (row) => <Changes action={row} /> },
            { name: texts.service, cell: (row) => names[row.service] },
            { name: texts.request, cell: (row) => <Id text={row.request_id} /> },
          ]} />
        )}
      </Listing>
    </View>
  );
}

function Changes({ action }: { action: OperatorAction }) {
  if (action.changes.length === 0) return <>–</>;
  return (
    <ul class="changes">
      {action.changes.map(({ field, before, after }) => (
        <li key={field}><code>{field}</code> {before ?? "–"} → {after ?? "–"}</li>
      ))}
    </ul>
  );
}
