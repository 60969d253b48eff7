import { time } from "../../frame/format.ts";
import { useLanguage } from "../../frame/language.ts";

/** A moment in Seoul's time, to the second if nothing else is asked for. */
export function Time(props: { at: string | null | undefined; exact?: boolean; day?: boolean }) {
  const language = useLanguage();
  if (!props.at) return <>–</>;
  const style = props.exact ? "millisecond" : props.day ? "day" : "minute";
  return <time dateTime={props.at} title={props.at}>{time(props.at, language, style)}</time>;
}

export const count = (number: number) => number.toLocaleString("en-US");
export const signed = (number: number) => (number > 0 ? `+${count(number)}` : count(number));
