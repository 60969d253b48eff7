import type { ComponentChildren } from "preact";
import { useTexts } from "../../frame/language.ts";
import type { Again, Loaded as Load } from "../../frame/load.ts";
import { Notice } from "../../frame/notice.tsx";
import { Empty, Loading } from "../../frame/pages.tsx";
import { consoleTexts } from "../texts/console.ts";

/** What was loaded, as it is now; or that it is under way, is not to be had, or failed. */
export function Loaded<T>(props: { of: Load<T> & Again; children: (value: T) => ComponentChildren }) {
  const texts = useTexts(consoleTexts);
  const { of } = props;
  const missing = of.state === "failed" && of.problem.status === 404;
  // That the server is not reached is said on top of the page, and what was loaded before still stands.
  const told = of.state === "failed" && of.value !== null && of.problem.code === "NETWORK";
  return (
    <>
      {missing ? <Empty>{texts.notOffered}</Empty> : null}
      {of.state === "failed" && !missing && !told ? <Notice problem={of.problem} again={of.again} /> : null}
      {of.value !== null && !missing ? props.children(of.value) : of.state === "loading" ? <Loading /> : null}
    </>
  );
}
