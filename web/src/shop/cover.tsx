/** Stands in for a book's cover: its first letter on a colour that is always its own. */
export function Cover(props: { name: string }) {
  let hash = 0;
  for (const letter of props.name.slice(0, 4)) hash = (hash * 31 + letter.codePointAt(0)!) % 6;
  return <div class={`cover cover-${hash}`} aria-hidden="true">{[...props.name][0]}</div>;
}
