import { take } from "payments-client";
import { useState } from "preact/hooks";
import { points, time } from "../frame/format.ts";
import { useLanguage, useTexts } from "../frame/language.ts";
import { useLoad } from "../frame/load.ts";
import { Notice } from "../frame/notice.tsx";
import { Empty, Listing, Loading, usePages } from "../frame/pages.tsx";
import { api } from "../frame/session.ts";
import { Badge } from "../frame/status.tsx";
import { View } from "../frame/view.tsx";
import { shopTexts } from "./texts/index.ts";
import type { LedgerEntry, Lot, Wallet } from "./types.ts";
import { isSoon, loadWallet } from "./wallet_load.ts";

/** One's points: how many, until when, and how they came to be. */
export function WalletPage() {
  const texts = useTexts(shopTexts).wallet;
  const wallet = useLoad(loadWallet, []);
  return (
    <View title={texts.title} aside={<a href="#/" role="button" class="small">{texts.charge}</a>}>
      {wallet.value ? <Sums wallet={wallet.value} /> : wallet.state === "loading" ? <Loading /> : null}
      {wallet.state === "failed" ? <Notice problem={wallet.problem} again={wallet.again} /> : null}
      <section aria-labelledby="lots">
        <h2 id="lots">{texts.lots}</h2>
        <Lots />
      </section>
      <section aria-labelledby="ledger">
        <h2 id="ledger">{texts.ledger}</h2>
        <Ledger />
      </section>
    </View>
  );
}

function Sums(props: { wallet: Wallet }) {
  const texts = useTexts(shopTexts).wallet;
  const language = useLanguage();
  const { balance, paid, bonus, held, owed } = props.wallet;
  return (
    <section class="balance" aria-label={texts.balance}>
      <p class="label">{texts.balance}</p>
      <p class="sum">{points(balance, language)}</p>
      <dl>
        <div><dt>{texts.paid}</dt><dd>{points(paid, language)}</dd></div>
        <div><dt>{texts.bonus}</dt><dd>{points(bonus, language)}</dd></div>
        {held > 0 ? <div><dt>{texts.held}</dt><dd>{points(held, language)}</dd></div> : null}
        {owed > 0 ? <div><dt>{texts.owed}</dt><dd>{points(owed, language)}<small>{texts.owedHint}</small></dd></div> : null}
      </dl>
    </section>
  );
}

const firstLots = 3;

function Lots() {
  const texts = useTexts(shopTexts).wallet;
  const [all, setAll] = useState(false);
  const lots = useLoad((signal) => take(api.GET("/v1/points/lots", { signal })), []);
  if (lots.state === "failed") return <Notice problem={lots.problem} again={lots.again} />;
  if (!lots.value) return <Loading />;
  const sorted = [...lots.value.data].sort((one, other) => one.expires_at.localeCompare(other.expires_at));
  const shown = all ? sorted : sorted.slice(0, firstLots);
  if (sorted.length === 0) return <Empty>{texts.noLots}</Empty>;
  return (
    <>
      <p class="fine">{texts.lotsHint}</p>
      <ul class="entries card">{shown.map((lot) => <LotRow key={lot.id} lot={lot} />)}</ul>
      {!all && sorted.length > firstLots ? (
        <button type="button" class="secondary more" onClick={() => setAll(true)}>
          {texts.allLots(sorted.length)}
        </button>
      ) : null}
    </>
  );
}

function LotRow(props: { lot: Lot }) {
  const texts = useTexts(shopTexts).wallet;
  const language = useLanguage();
  const { kind, left, granted, expires_at } = props.lot;
  return (
    <li>
      <div>
        <p>
          {texts.until(time(expires_at, language, "day"))}{" "}
          {isSoon(expires_at) ? <Badge tone="wait">{texts.soon}</Badge> : null}
        </p>
        <p class="fine">
          {texts.kinds[kind]}
          {left === granted ? null : ` · ${texts.left(points(left, language), points(granted, language))}`}
        </p>
      </div>
      <p class="number strong">{points(left, language)}</p>
    </li>
  );
}

function Ledger() {
  const texts = useTexts(shopTexts).wallet;
  const entries = usePages(
    (cursor, signal) => take(api.GET("/v1/points/ledger", { params: { query: { limit: 20, cursor } }, signal })), [],
  );
  return (
    <Listing pages={entries} empty={texts.noLedger}>
      {(all) => <ul class="entries card">{all.map((entry) => <LedgerRow key={entry.id} entry={entry} />)}</ul>}
    </Listing>
  );
}

function LedgerRow(props: { entry: LedgerEntry }) {
  const texts = useTexts(shopTexts).wallet;
  const language = useLanguage();
  const { delta, balance_after, reason, order_id, at } = props.entry;
  return (
    <li>
      <div>
        <p>{texts.reasons[reason]}</p>
        <p class="fine">
          <time dateTime={at}>{time(at, language)}</time>
          {order_id ? <> · <a href={`#/orders/${order_id}`}>{texts.toOrder}</a></> : null}
        </p>
      </div>
      <div class="number">
        <p class={delta > 0 ? "strong plus" : "strong"}>{delta > 0 ? "+" : "−"}{points(Math.abs(delta), language)}</p>
        <p class="fine">{texts.balanceAfter(points(balance_after, language))}</p>
      </div>
    </li>
  );
}
