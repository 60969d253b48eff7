import { take } from "payments-client";
import { useEffect, useState } from "preact/hooks";
import { points, time, won } from "../frame/format.ts";
import { useLanguage, useTexts } from "../frame/language.ts";
import { useLoad } from "../frame/load.ts";
import { Notice } from "../frame/notice.tsx";
import { Empty, Listing, usePages } from "../frame/pages.tsx";
import { api } from "../frame/session.ts";
import { Badge } from "../frame/status.tsx";
import { View } from "../frame/view.tsx";
import { Buy } from "./buy.tsx";
import { Cover } from "./cover.tsx";
import { ownedOf } from "./shelf.ts";
import { shopTexts } from "./texts/index.ts";
import type { Item } from "./types.ts";
import { loadWallet, soonest } from "./wallet_load.ts";

/** What is for sale, with one's balance on top. */
export function Home() {
  const texts = useTexts(shopTexts);
  const [chosen, setChosen] = useState<Item | null>(null);
  const wallet = useLoad(loadWallet, []);
  const items = usePages(
    (cursor, signal) => take(api.GET("/v1/items", { params: { query: { limit: 50, cursor } }, signal })), [],
  );
  const owned = useOwned(items.items);
  return (
    <View title={texts.home.title}>
      <Balance wallet={wallet} />
      <Listing pages={items} empty={texts.home.noPackages}>
        {(all) => <Shelves items={all} owned={owned} choose={setChosen} />}
      </Listing>
      {chosen ? <Buy item={chosen} wallet={wallet.value} close={() => setChosen(null)} /> : null}
    </View>
  );
}

/** Which are owned is only shown: that it cannot be told is no reason not to show what is sold. */
function useOwned(items: Item[] | null): Set<string> {
  const [owned, setOwned] = useState<Set<string>>(new Set());
  useEffect(() => {
    if (!items) return;
    const stop = new AbortController();
    ownedOf(items, stop.signal).then(setOwned, () => undefined);
    return () => stop.abort();
  }, [items]);
  return owned;
}

function Balance(props: { wallet: ReturnType<typeof useLoad<Awaited<ReturnType<typeof loadWallet>>>> }) {
  const texts = useTexts(shopTexts).home;
  const language = useLanguage();
  const { wallet } = props;
  if (wallet.state === "failed") return <Notice problem={wallet.problem} again={wallet.again} />;
  const soon = wallet.value ? soonest(wallet.value) : null;
  return (
    <section class="balance" aria-label={texts.balance} aria-busy={!wallet.value}>
      <p class="label">{texts.balance}</p>
      <p class="sum">{wallet.value ? points(wallet.value.balance, language) : "…"}</p>
      {soon ? <p class="label">{texts.expiring(points(soon.points, language), time(soon.at, language, "day"))}</p> : null}
      <a href="#/wallet">{texts.toWallet}</a>
    </section>
  );
}

function Shelves(props: { items: Item[]; owned: Set<string>; choose: (item: Item) => void }) {
  const texts = useTexts(shopTexts).home;
  const packages = props.items.filter((item) => item.kind === "point_package")
    .sort((one, other) => one.amount! - other.amount!);
  const contents = props.items.filter((item) => item.kind === "content");
  return (
    <>
      <section aria-labelledby="packages">
        <h2 id="packages">{texts.packages}</h2>
        {packages.length === 0 ? <Empty>{texts.noPackages}</Empty> : (
          <ul class="packages">
            {packages.map((item) => <Package key={item.id} item={item} choose={() => props.choose(item)} />)}
          </ul>
        )}
      </section>
      <section aria-labelledby="contents">
        <h2 id="contents">{texts.contents}</h2>
        {contents.length === 0 ? <Empty>{texts.noContents}</Empty> : (
          <ul class="contents">
            {contents.map((item) => (
              <Content key={item.id} item={item} owned={props.owned.has(item.id)} choose={() => props.choose(item)} />
            ))}
          </ul>
        )}
      </section>
    </>
  );
}

function Package(props: { item: Item; choose: () => void }) {
  const texts = useTexts(shopTexts).home;
  const language = useLanguage();
  const { item } = props;
  const price = won(item.amount!, language);
  const gets = points(item.points!, language);
  const spaceless = (text: string) => text.replaceAll(" ", "");
  const saysIt = [points(item.points!, "ko"), points(item.points!, "en")].map(spaceless).includes(spaceless(item.name));
  return (
    <li class="card package">
      <h3>{gets}</h3>
      <p class="gets">
        {saysIt ? null : item.name}
        {item.bonus_points ? <span class="bonus">{texts.bonus(points(item.bonus_points, language))}</span> : null}
      </p>
      <button type="button" aria-label={texts.chargeOf(item.name, price)} onClick={props.choose}>{price}</button>
    </li>
  );
}

function Content(props: { item: Item; owned: boolean; choose: () => void }) {
  const texts = useTexts(shopTexts).home;
  const language = useLanguage();
  const { item } = props;
  const prices = [
    item.point_price === null ? null : points(item.point_price, language),
    item.amount === null ? null : won(item.amount, language),
  ].filter((price) => price !== null).join(` ${texts.or} `);
  return (
    <li class="card content">
      <Cover name={item.name} />
      <div class="about">
        <h3>{item.name}</h3>
        <p class="fine">{prices}</p>
      </div>
      {props.owned ? <Badge tone="good">{texts.owned}</Badge> : (
        <button type="button" class="outline small" aria-label={texts.buyOf(item.name, prices)} onClick={props.choose}>
          {texts.buy}
        </button>
      )}
    </li>
  );
}
