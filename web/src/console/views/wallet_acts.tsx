import { useState } from "preact/hooks";
import { useTexts } from "../../frame/language.ts";
import { wallets } from "../calls.ts";
import { Act } from "../parts/act.tsx";
import { userTexts } from "../texts/user.ts";

export function GrantAct(props: { user: string; done: () => void }) {
  const texts = useTexts(userTexts);
  const [given, setGiven] = useState<{ points: number; kind: "paid" | "bonus"; days: number | null }>(
    { points: 0, kind: "bonus", days: null },
  );
  const grant = async (reason: string) => {
    const { points, kind, days } = given;
    await wallets.grant(props.user, { points, kind, expires_in_days: days, reason });
    return texts.grantDone;
  };
  return (
    <Act label={texts.grant} means={texts.grantMeans} act={grant} done={props.done}>
      <label>
        {texts.count}
        <input type="number" min={1} step={1} required value={given.points || ""}
               onInput={(event) => setGiven({ ...given, points: event.currentTarget.valueAsNumber || 0 })} />
      </label>
      <label>
        {texts.kind}
        <select value={given.kind} onChange={(event) => setGiven({ ...given, kind: event.currentTarget.value as "paid" | "bonus" })}>
          <option value="bonus">{texts.bonus}</option>
          <option value="paid">{texts.paid}</option>
        </select>
      </label>
      <label>
        {texts.days}
        <input type="number" min={1} max={36500} step={1} value={given.days ?? ""}
               onInput={(event) => setGiven({ ...given, days: event.currentTarget.valueAsNumber || null })} />
      </label>
    </Act>
  );
}

export function AdjustAct(props: { user: string; done?: () => void; label?: string }) {
  const texts = useTexts(userTexts);
  const [points, setPoints] = useState(0);
  const adjust = async (reason: string) => (await wallets.adjust(props.user, { points, reason }), texts.adjustDone);
  return (
    <Act label={props.label ?? texts.adjust} means={texts.adjustMeans} act={adjust} done={props.done} grave={points < 0}>
      <label>
        {texts.count}
        <input type="number" step={1} required value={points || ""}
               onInput={(event) => setPoints(event.currentTarget.valueAsNumber || 0)} />
      </label>
    </Act>
  );
}
