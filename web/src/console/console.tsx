import type { ComponentChildren } from "preact";
import { Empty } from "../frame/pages.tsx";
import { parameters, useHash } from "../frame/hash.ts";
import { useTexts } from "../frame/language.ts";
import type { Setup } from "../frame/session.ts";
import { Shell } from "../frame/shell.tsx";
import { useSetup } from "../frame/setup.ts";
import { View } from "../frame/view.tsx";
import { SearchForm } from "./parts/search_form.tsx";
import { Told } from "./parts/told.tsx";
import { consoleTexts } from "./texts/console.ts";
import { AuditLog } from "./views/audit.tsx";
import { DeadLetters } from "./views/dead_letters.tsx";
import { DeadLetterView } from "./views/dead_letter.tsx";
import { EndpointView } from "./views/endpoint.tsx";
import { Figures } from "./views/figures.tsx";
import { Home } from "./views/home.tsx";
import { Items } from "./views/items.tsx";
import { OrderView } from "./views/order.tsx";
import { Reconciliations } from "./views/reconciliations.tsx";
import { ReconciliationView } from "./views/reconciliation.tsx";
import { Sandbox } from "./views/sandbox.tsx";
import { Search } from "./views/search.tsx";
import { Services } from "./views/services.tsx";
import { UserView } from "./views/user.tsx";
import { Webhooks } from "./views/webhooks.tsx";
import { services, type Service } from "./types.ts";

/** The view of an address; null: there is none. */
function viewAt(way: string[], setup: Setup): ComponentChildren {
  const [name = "", first, second] = way;
  const key = location.hash;
  switch (name) {
    case "": return <Home key={key} />;
    case "search": return <Search key={key} text={parameters().get("q") ?? ""} />;
    case "orders": return first ? <OrderView key={key} id={first} /> : null;
    case "users": return first ? <UserView key={key} id={first} /> : null;
    case "dead-letters":
      if (!first) return <DeadLetters key={key} />;
      return services.includes(first as Service) && second
        ? <DeadLetterView key={key} service={first as Service} id={second} /> : null;
    case "reconciliations":
      return first ? <ReconciliationView key={key} id={first} /> : <Reconciliations key={key} />;
    case "figures": return <Figures key={name} />;  // a choice in it keeps the focus
    case "services": return <Services key={key} />;
    case "webhooks":
      if (!first) return <Webhooks key={key} />;
      return (first === "order" || first === "point") && second
        ? <EndpointView key={key} owner={first} id={second} /> : null;
    case "audit": return <AuditLog key={key} />;
    case "items": return <Items key={name} />;
    case "sandbox": return setup.gateway === "sandbox" ? <Sandbox key={key} setup={setup} /> : null;
    default: return null;
  }
}

function Views(props: { setup: Setup }) {
  const texts = useTexts(consoleTexts);
  const way = useHash();
  return (
    <>
      <SearchForm />
      {viewAt(way, props.setup) ?? <View key={location.hash} title={texts.noView}><Empty>{texts.noView}</Empty></View>}
      <Told />
    </>
  );
}

export function Console() {
  const texts = useTexts(consoleTexts);
  const gateway = useSetup().value?.gateway;
  const sections = [
    { part: "", text: texts.sections.home },
    { part: "figures", text: texts.sections.figures },
    { part: "dead-letters", text: texts.sections.letters },
    { part: "reconciliations", text: texts.sections.reconciliations },
    { part: "services", text: texts.sections.services },
    { part: "webhooks", text: texts.sections.webhooks },
    { part: "items", text: texts.sections.items },
    { part: "audit", text: texts.sections.audit },
    ...(gateway === "sandbox" ? [{ part: "sandbox", text: texts.sections.sandbox }] : []),
  ];
  return (
    <Shell name={texts.name} sections={sections} admin>
      {(setup) => <Views setup={setup} />}
    </Shell>
  );
}
