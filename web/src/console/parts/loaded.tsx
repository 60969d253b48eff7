import type { ComponentChildren } from "preact";
import { useTexts } from "../../frame/language.ts";
import type { Loaded as Load } from "../../frame/load.ts";
import { Notice } from "../../frame/notice.tsx";
import { Empty, Loading } from "../../frame/pages.tsx";
import { consoleTexts } from "../texts/console.ts";

/** What was loaded, as it is now; or that it is under way, is not to be had, or failed. */
export function Loaded<T>(props: { of: Load<T> & { again: () => void }; children: (value: T) => ComponentChildren }) {
  const texts = useTexts(consoleTexts);
  const { of } = props;
  const missing = of.state === "failed" && of.problem.status === 404;
  return (
    <>
      {missing ? <Empty>{texts.notOffered}</Empty> : null}
      {of.state === "failed" && !missing ? <Notice problem={of.problem} again={of.again} /> : null}
      {of.value !== null && !missing ? props.children(of.value) : of.state === "loading" ? <Loading /> : null}
    </>
  );
}
