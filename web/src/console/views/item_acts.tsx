import { useState } from "preact/hooks";
import { useTexts } from "../../frame/language.ts";
import { items } from "../calls.ts";
import { Act } from "../parts/act.tsx";
import { itemTexts } from "../texts/items.ts";
import type { Item } from "../types.ts";

type Numbers = Pick<Item, "amount" | "points" | "bonus_points" | "point_price">;
type Draft = Numbers & { kind: Item["kind"]; name: string };

const blank: Draft = { kind: "point_package", name: "", amount: null, points: null, bonus_points: null, point_price: null };

/** What an item of this kind has: content grants no points, a package costs none. */
function numbersOf(draft: Draft): Partial<Numbers> {
  const { kind, amount, points, bonus_points, point_price } = draft;
  return kind === "point_package" ? { amount, points, bonus_points: bonus_points ?? 0 } : { amount, point_price };
}

function Fields(props: { draft: Draft; set: (draft: Draft) => void; fresh?: boolean }) {
  const texts = useTexts(itemTexts);
  const { draft, set } = props;
  const number = (name: keyof Numbers, label: string, least: number, required: boolean) => (
    <label>
      {label}
      <input type="number" min={least} step={1} required={required} value={draft[name] ?? ""}
             onInput={(event) => set({ ...draft, [name]: Number.isNaN(event.currentTarget.valueAsNumber) ? null : event.currentTarget.valueAsNumber })} />
    </label>
  );
  const content = draft.kind === "content";
  return (
    <>
      {props.fresh ? (
        <label>
          {texts.kind}
          <select value={draft.kind} onChange={(event) => set({ ...draft, kind: event.currentTarget.value as Item["kind"] })}>
            <option value="point_package">{texts.kinds.point_package}</option>
            <option value="content">{texts.kinds.content}</option>
          </select>
        </label>
      ) : null}
      <label>
        {texts.name}
        <input required maxLength={100} autocomplete="off" value={draft.name}
               onInput={(event) => set({ ...draft, name: event.currentTarget.value })} />
      </label>
      {number("amount", texts.amount, 1, !content || draft.point_price === null)}
      {content ? number("point_price", texts.pointPrice, 1, draft.amount === null) : (
        <>{number("points", texts.points, 1, true)}{number("bonus_points", texts.bonus, 0, false)}</>
      )}
    </>
  );
}

export function NewItemAct(props: { done: () => void }) {
  const texts = useTexts(itemTexts);
  const [draft, setDraft] = useState(blank);
  const add = async (reason: string) => {
    await items.add({ kind: draft.kind, name: draft.name, ...numbersOf(draft), reason });
    setDraft(blank);
    return texts.added;
  };
  return <Act label={texts.add} act={add} done={props.done}><Fields draft={draft} set={setDraft} fresh /></Act>;
}

export function ChangeAct(props: { item: Item; done: () => void }) {
  const texts = useTexts(itemTexts);
  const [draft, setDraft] = useState<Draft>(props.item);
  const change = async (reason: string) => {
    await items.change(props.item.id, { name: draft.name, ...numbersOf(draft), reason });
    return texts.changed;
  };
  return <Act label={texts.change} quiet act={change} done={props.done}><Fields draft={draft} set={setDraft} /></Act>;
}

export function SaleAct(props: { item: Item; done: () => void }) {
  const texts = useTexts(itemTexts);
  const { item } = props;
  const archive = item.status === "on_sale";
  const act = async (reason: string) => {
    await items.change(item.id, { status: archive ? "archived" : "on_sale", reason });
    return archive ? texts.archivedDone : texts.onSaleDone;
  };
  return <Act label={archive ? texts.archive : texts.sellAgain} means={archive ? texts.archiveMeans : undefined} quiet act={act} done={props.done} />;
}
