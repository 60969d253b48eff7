import { useState } from "preact/hooks";
import { Dialog } from "../../frame/dialog.tsx";
import { useTexts } from "../../frame/language.ts";
import { Note } from "../../frame/notice.tsx";
import { endpoints } from "../calls.ts";
import { Act } from "../parts/act.tsx";
import { Pre } from "../parts/pre.tsx";
import { consoleTexts } from "../texts/console.ts";
import { webhookTexts } from "../texts/webhooks.ts";
import type { Endpoint, EndpointEvent, HookOwner } from "../types.ts";

const events: Record<HookOwner, EndpointEvent[]> = {
  order: ["order.paid", "order.succeeded", "order.failed", "order.canceled", "order.expired", "auto_charge.paused"],
  point: ["point.changed", "point.expiring"],
};

interface Draft {
  url: string;
  events: EndpointEvent[];
  description: string;
}

function Fields(props: { owner: HookOwner; draft: Draft; set: (draft: Draft) => void; fresh?: boolean }) {
  const texts = useTexts(webhookTexts);
  const { draft, set } = props;
  const every = draft.events.includes("*");
  const toggle = (event: EndpointEvent) => {
    const others = draft.events.filter((other) => other !== event && other !== "*");
    set({ ...draft, events: draft.events.includes(event) ? others : [...others, event] });
  };
  return (
    <>
      <label>
        {texts.url}
        <input type="url" required maxLength={2048} autocomplete="off" spellcheck={false} placeholder="https://" value={draft.url}
               onInput={(event) => set({ ...draft, url: event.currentTarget.value })} />
      </label>
      <fieldset>
        <legend>{texts.events}</legend>
        <label>
          <input type="checkbox" checked={every} onChange={() => set({ ...draft, events: every ? [] : ["*"] })} /> {texts.allEvents}
        </label>
        {every ? null : events[props.owner].map((event) => (
          <label key={event}>
            <input type="checkbox" checked={draft.events.includes(event)} onChange={() => toggle(event)} /> <code>{event}</code>
          </label>
        ))}
      </fieldset>
      {props.fresh ? (
        <label>
          {texts.description}
          <input maxLength={200} autocomplete="off" value={draft.description}
                 onInput={(event) => set({ ...draft, description: event.currentTarget.value })} />
        </label>
      ) : null}
    </>
  );
}

export function AddEndpointAct(props: { owner: HookOwner; made: (secret: string | null) => void; done: () => void }) {
  const texts = useTexts(webhookTexts);
  const blank: Draft = { url: "", events: ["*"], description: "" };
  const [draft, setDraft] = useState(blank);
  const add = async (reason: string) => {
    const { description, ...rest } = draft;
    const made = await endpoints.add(props.owner, { ...rest, ...(description ? { description } : {}), reason });
    props.made(made.secret);
    setDraft(blank);
    return texts.added;
  };
  return <Act label={texts.add} act={add} done={props.done}><Fields owner={props.owner} draft={draft} set={setDraft} fresh /></Act>;
}

/** All that can be done to an endpoint. */
export function EndpointActs(props: {
  owner: HookOwner; endpoint: Endpoint; made: (secret: string | null) => void; done: () => void; removed: () => void;
}) {
  const texts = useTexts(webhookTexts);
  const { owner, endpoint, done } = props;
  const { id, url, description } = endpoint;
  const [draft, setDraft] = useState<Draft>({ url, events: endpoint.events, description });
  const on = endpoint.status === "enabled";
  const rotate = async (reason: string) => {
    props.made((await endpoints.rotate(owner, id, reason)).secret);
    return texts.rotated;
  };
  const turn = async (reason: string) => {
    await endpoints.change(owner, id, { status: on ? "disabled" : "enabled", reason });
    return on ? texts.disabled : texts.enabled;
  };
  const change = async (reason: string) => {
    await endpoints.change(owner, id, { url: draft.url, events: draft.events, reason });
    return texts.changed;
  };
  return (
    <div class="acts">
      <Act label={texts.test} means={texts.testMeans} done={done}
           act={async (reason) => (await endpoints.test(owner, id, reason), texts.tested)} />
      <Act label={texts.change} act={change} done={done}><Fields owner={owner} draft={draft} set={setDraft} /></Act>
      <Act label={texts.rotate} means={texts.rotateMeans} act={rotate} done={done} />
      <Act label={on ? texts.disable : texts.enable} act={turn} done={done} />
      <Act label={texts.remove} means={texts.removeMeans} grave quiet done={props.removed}
           act={async (reason) => (await endpoints.remove(owner, id, reason), texts.removed)} />
    </div>
  );
}

export function SecretDialog(props: { secret: string; close: () => void }) {
  const texts = useTexts(webhookTexts);
  const { dismiss } = useTexts(consoleTexts);
  return (
    <Dialog title={texts.secret} close={props.close}>
      <Note tone="wait"><p>{texts.secretOnce}</p></Note>
      <Pre name={texts.secret} text={props.secret} />
      <div class="actions"><button type="button" onClick={props.close}>{dismiss}</button></div>
    </Dialog>
  );
}
