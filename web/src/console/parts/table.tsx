import type { ComponentChildren } from "preact";

export interface Column<T> {
  name: string;
  cell: (row: T) => ComponentChildren;
  number?: boolean;
}

/** A table that scrolls by itself, by keyboard too, where it is wider than the page. */
export function Table<T>(props: {
  name: string;
  columns: Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string | number;
  tone?: (row: T) => string;
}) {
  return (
    <div class="scroll" role="region" aria-label={props.name} tabIndex={0}>
      <table>
        <thead>
          <tr>{props.columns.map((column) => <th key={column.name} scope="col" class={column.number ? "number" : ""}>{column.name}</th>)}</tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr key={props.keyOf(row)} class={props.tone?.(row)}>
              {props.columns.map((column) => (
                <td key={column.name} class={column.number ? "number" : ""}>{column.cell(row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
