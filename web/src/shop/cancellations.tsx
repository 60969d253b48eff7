import { take } from "payments-client";
import { points, time, won } from "../frame/format.ts";
import { useLanguage, useTexts } from "../frame/language.ts";
import { useLoad } from "../frame/load.ts";
import { Notice } from "../frame/notice.tsx";
import { api } from "../frame/session.ts";
import { Badge } from "../frame/status.tsx";
import { shopTexts } from "./texts/index.ts";
import type { Cancellation, Order } from "./types.ts";

/** The order's cancels, if it has any. */
export function Cancellations(props: { order: Order }) {
  const texts = useTexts(shopTexts).cancel;
  const { id, version, status } = props.order;
  const byPoints = props.order.payment_method === "points";
  const loaded = useLoad(async (signal) => {
    if (status === "PENDING" || status === "PAID" || status === "EXPIRED") return [];
    return (await take(api.GET("/v1/orders/{id}/cancellations", { params: { path: { id } }, signal }))).data;
  }, [id, version]);
  if (loaded.state === "failed") return <Notice problem={loaded.problem} again={loaded.again} />;
  if (!loaded.value?.length) return null;
  return (
    <section class="card" aria-labelledby="cancellations">
      <h2 id="cancellations">{texts.list}</h2>
      <ul class="entries">
        {loaded.value.map((one) => <Row key={one.id} cancellation={one} byPoints={byPoints} />)}
      </ul>
    </section>
  );
}

function Row(props: { cancellation: Cancellation; byPoints: boolean }) {
  const texts = useTexts(shopTexts).cancel;
  const language = useLanguage();
  const { phase, origin, amount, fee, points: taken, bonus_points, reason, failure, created_at } = props.cancellation;
  return (
    <li>
      <div>
        <p>{texts.origins[origin]}{reason ? `: ${reason}` : ""}</p>
        <p class="fine"><time dateTime={created_at}>{time(created_at, language)}</time></p>
        {failure ? <p class="fine">{failure.message}</p> : null}
      </div>
      <div class="number">
        <p class={phase === "refused" ? "fine" : ""}>{props.byPoints ? points(taken, language) : won(amount - fee, language)}</p>
        {props.byPoints || phase === "refused" ? null : <p class="fine">−{points(taken + bonus_points, language)}</p>}
        {phase === "done" ? <Badge tone="good">{texts.done}</Badge>
          : phase === "refused" ? <Badge tone="bad">{texts.refused}</Badge> : <Badge tone="wait">{texts.underWay}</Badge>}
      </div>
    </li>
  );
}
