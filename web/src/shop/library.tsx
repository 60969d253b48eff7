import { take } from "payments-client";
import { time } from "../frame/format.ts";
import { useLanguage, useTexts } from "../frame/language.ts";
import { Empty, Listing, usePages } from "../frame/pages.tsx";
import { api } from "../frame/session.ts";
import { View } from "../frame/view.tsx";
import { Cover } from "./cover.tsx";
import { isOwned } from "./shelf.ts";
import { shopTexts } from "./texts/index.ts";

/** The episodes one owns. */
export function Library(props: { userId: string }) {
  const texts = useTexts(shopTexts).library;
  const language = useLanguage();
  const bought = usePages(
    (cursor, signal) => take(api.GET("/v1/order-items", { params: { query: { limit: 50, cursor } }, signal })), [],
  );
  const nothing = <p>{texts.empty} <a href="#/">{texts.toShop}</a></p>;
  return (
    <View title={texts.title}>
      <Listing pages={bought} empty={nothing}>
        {(all) => {
          // Admins are told everybody's.
          const mine = all.filter((item) => isOwned(item) && item.user_id === props.userId);
          if (mine.length === 0) return bought.more ? null : <Empty>{nothing}</Empty>;
          return (
            <ul class="contents">
              {mine.map((item) => (
                <li key={item.id} class="card content">
                  <Cover name={item.item_name} />
                  <div class="about">
                    <h2><a href={`#/orders/${item.order_id}`} class="whole">{item.item_name}</a></h2>
                    <p class="fine">{texts.bought(time(item.created_at, language, "day"))}</p>
                  </div>
                </li>
              ))}
            </ul>
          );
        }}
      </Listing>
    </View>
  );
}
