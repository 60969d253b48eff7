import { useRef } from "preact/hooks";
import { parameters, useHash } from "../../frame/hash.ts";
import { useTexts } from "../../frame/language.ts";
import { consoleTexts } from "../texts/console.ts";

/** The one field for whatever the caller on the phone reads out: above every view. */
export function SearchForm() {
  const texts = useTexts(consoleTexts);
  const searched = useHash()[0] === "search" ? parameters().get("q") ?? "" : "";
  const field = useRef<HTMLInputElement>(null);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const text = field.current!.value.trim();
    if (text) location.hash = `#/search?q=${encodeURIComponent(text)}`;
  };
  return (
    <form role="search" class="search" onSubmit={submit}>
      <input ref={field} key={searched} type="search" name="q" defaultValue={searched} aria-label={texts.search}
             placeholder={texts.searchHint} autocomplete="off" spellcheck={false} autocapitalize="none" />
      <button type="submit">{texts.find}</button>
    </form>
  );
}
