import { Dialog } from "../../frame/dialog.tsx";
import { useTexts } from "../../frame/language.ts";
import { useLoad } from "../../frame/load.ts";
import { endpoints } from "../calls.ts";
import { Act } from "../parts/act.tsx";
import { Id } from "../parts/id.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { Pre } from "../parts/pre.tsx";
import { Facts } from "../parts/section.tsx";
import { count, Time } from "../parts/time.tsx";
import { webhookTexts } from "../texts/webhooks.ts";
import type { HookOwner, WholeDelivery } from "../types.ts";

/** One delivery: what is sent, each try with its answer, and a way to send it again. */
export function DeliveryDialog(props: { owner: HookOwner; endpoint: string; id: string; done: () => void; close: () => void }) {
  const texts = useTexts(webhookTexts);
  const { owner, endpoint, id } = props;
  const delivery = useLoad((signal) => endpoints.delivery(owner, endpoint, id, signal), [id]);
  const done = () => {
    delivery.again();
    props.done();
  };
  return (
    <Dialog title={texts.delivery} close={props.close} wide>
      <Loaded of={delivery}>
        {(value) => (
          <>
            <Facts of={[
              [texts.delivery, <Id text={value.id} whole />],
              [texts.type, <code>{value.event_type}</code>],
              [texts.eventId, <Id text={value.event_id} whole />],
              [texts.state, texts.deliveryStatus[value.status]],
              [texts.nextAt, value.next_at ? <Time at={value.next_at} exact /> : null],
            ]} />
            <Act label={texts.redeliver} done={done}
                 act={async (reason) => (await endpoints.redeliver(owner, endpoint, id, reason), texts.redelivered)} />
            <h3>{texts.body}</h3>
            <Pre name={texts.body} text={value.body} />
            <h3>{texts.tries}</h3>
            {value.tries.length === 0 ? <p class="fine">{texts.noTries}</p> : <Tries of={value.tries} />}
          </>
        )}
      </Loaded>
    </Dialog>
  );
}

function Tries(props: { of: WholeDelivery["tries"] }) {
  const texts = useTexts(webhookTexts);
  return (
    <ol class="tries">
      {props.of.map((one) => (
        <li key={one.number}>
          <p>
            <Time at={one.at} exact /> · {one.status ?? one.error} · {texts.took} {count(one.took_ms)} ms
          </p>
          {one.answer ? <Pre name={`${texts.answer} ${one.number}`} text={one.answer} /> : null}
        </li>
      ))}
    </ol>
  );
}
