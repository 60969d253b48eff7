import { useState } from "preact/hooks";
import { useTexts } from "../../frame/language.ts";
import { useLoad } from "../../frame/load.ts";
import { Note } from "../../frame/notice.tsx";
import type { Tone } from "../../frame/tone.ts";
import { View } from "../../frame/view.tsx";
import { letters } from "../calls.ts";
import { Act } from "../parts/act.tsx";
import { Id } from "../parts/id.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { Pre } from "../parts/pre.tsx";
import { Facts, Section } from "../parts/section.tsx";
import { count, Time } from "../parts/time.tsx";
import { consoleTexts } from "../texts/console.ts";
import { letterTexts } from "../texts/letters.ts";
import type { Service, WholeDeadLetter } from "../types.ts";

export function DeadLetterView(props: { service: Service; id: string }) {
  const texts = useTexts(letterTexts);
  const { service: names } = useTexts(consoleTexts);
  const letter = useLoad((signal) => letters.one(props.service, props.id, signal), [props.service, props.id]);
  const [result, setResult] = useState<{ text: string; tone: Tone; over: boolean } | null>(null);
  const replay = async (reason: string) => {
    const said = await letters.replay(props.service, props.id, reason);
    const done = texts.replayed(said.replayed, said.left);
    const text = said.failed ? `${done} ${texts.failedAgain(said.failed, said.reason ?? "")}` : done;
    setResult({ text, tone: said.failed ? "bad" : "good", over: said.failed !== props.id });
    if (said.failed === props.id) letter.again();
    return text;
  };
  const discard = async (reason: string) => {
    const said = await letters.discard(props.service, props.id, reason);
    const text = texts.discarded(said.waiting);
    setResult({ text, tone: "good", over: true });
    return text;
  };
  const over = result?.over ?? false;
  return (
    <View title={`${texts.letter} · ${names[props.service]}`} aside={<a href="#/dead-letters">{texts.back}</a>}>
      {result ? <Note tone={result.tone}><p>{result.text}</p>{over ? <p>{texts.gone}</p> : null}</Note> : null}
      {over ? null : (
        <Loaded of={letter}>
          {(value) => (
            <>
              <div class="acts">
                <Act label={texts.replay} means={texts.replayMeans} act={replay} />
                <Act label={texts.discard} means={texts.discardMeans} act={discard} grave quiet />
              </div>
              <Content letter={value} />
            </>
          )}
        </Loaded>
      )}
    </View>
  );
}

function Content({ letter }: { letter: WholeDeadLetter }) {
  const texts = useTexts(letterTexts);
  return (
    <>
      <Note tone="bad"><p>{letter.reason}</p>{letter.waiting > 0 ? <p>{texts.waits(letter.waiting)}</p> : null}</Note>
      <div class="card">
        <Facts of={[
          [texts.id, <Id text={letter.id} whole />],
          [texts.type, <code>{letter.type}</code>],
          [texts.attempts, count(letter.attempts)],
          [texts.waiting, count(letter.waiting)],
          [texts.topic, <code>{letter.topic}</code>],
          [texts.key, <><code>{letter.key}</code> {letter.key_encoding === "base64" ? texts.keyBase64 : ""}</>],
          [texts.messageId, <Id text={letter.message_id} whole />],
          [texts.sentAt, <Time at={letter.sent_at} exact />],
          [texts.parkedAt, <Time at={letter.parked_at} exact />],
          ...(letter.headers.map(({ name, value }): [string, string] => [name, value])),
          ["traceparent", letter.traceparent ? <code>{letter.traceparent}</code> : null],
        ]} />
      </div>
      <Section title={texts.content}>
        {letter.payload_encoding === "base64" ? <p class="fine">{texts.base64}</p> : null}
        <Pre name={texts.content} text={letter.payload} />
      </Section>
    </>
  );
}
