import { render } from "preact";
import { useHash } from "../frame/hash.ts";
import { useTexts } from "../frame/language.ts";
import type { Session, Setup } from "../frame/session.ts";
import { Shell } from "../frame/shell.tsx";
import "../frame/style.css";
import { View } from "../frame/view.tsx";
import { Home } from "./home.tsx";
import { Library } from "./library.tsx";
import { OrderPage } from "./order.tsx";
import { Orders } from "./orders.tsx";
import { returned } from "./returned.ts";
import "./shop.css";
import { shopTexts } from "./texts/index.ts";
import { WalletPage } from "./wallet.tsx";

function Shop() {
  const texts = useTexts(shopTexts);
  const { home, wallet, orders, library } = texts.sections;
  const sections = [
    { part: "", text: home }, { part: "wallet", text: wallet },
    { part: "orders", text: orders }, { part: "library", text: library },
  ];
  return (
    <Shell name={texts.name} sections={sections} away={returned ? texts.awayPaid : undefined}>
      {(setup, session) => <Route setup={setup} session={session} />}
    </Shell>
  );
}

function Route(props: { setup: Setup; session: Session }) {
  const texts = useTexts(shopTexts);
  const [page = "", id, ...rest] = useHash();
  if (rest.length === 0) {
    if (page === "orders" && id) return <OrderPage key={id} id={id} setup={props.setup} />;
    if (!id && page === "") return <Home key="home" />;
    if (!id && page === "wallet") return <WalletPage key="wallet" />;
    if (!id && page === "orders") return <Orders key="orders" />;
    if (!id && page === "library") return <Library key="library" userId={props.session.userId} />;
  }
  return (
    <View key="missing" title={texts.missing.title}><p><a href="#/">{texts.missing.toShop}</a></p></View>
  );
}

render(<Shop />, document.getElementById("page")!);
