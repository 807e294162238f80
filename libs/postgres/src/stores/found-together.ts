import { first, type Run, type Statement } from '../statement.js';

/** So many keys of one statement at most. */
const most = 100;

/** How one key, and how several are looked for in the same place. */
export interface Finding {
  /** What has the same name is looked for in the same place. */
  readonly one: Statement;
  /** Of an array of keys; each row with its `key`. */
  readonly several: Statement;
}

interface Line<Row> {
  readonly keys: Set<string>;
  readonly rows: Promise<ReadonlyMap<string, Row>>;
}

/**
 * Whatever is looked for at the same moment in the same place is looked for by one statement: a message of introspection
 * names a hundred tokens.
 */
export const foundTogether = <Row>(run: Run) => {
  const lines = new Map<string, Line<Row>>();

  const rowsOf = async (keys: ReadonlySet<string>, { one, several }: Finding): Promise<ReadonlyMap<string, Row>> => {
    const [only = '', ...others] = keys;
    if (others.length === 0) {
      const row = await first<Row>(run, one, [only]);
      return new Map(row ? [[only, row]] : []);
    }
    const rows = await run<Row & { readonly key: string }>(several, [[...keys]]);
    return new Map(rows.map((row) => [row.key, row]));
  };
  const begin = (finding: Finding): Line<Row> => {
    const { name } = finding.one;
    const keys = new Set<string>();
    // Whoever asks at this moment has asked by then.
    const rows = Promise.resolve().then(() => {
      if (lines.get(name) === line) lines.delete(name);
      return rowsOf(keys, finding);
    });
    const line = { keys, rows };
    lines.set(name, line);
    return line;
  };

  return async (key: string, finding: Finding): Promise<Row | undefined> => {
    // PostgreSQL knows no NUL in a text.
    if (key.includes('\0')) return undefined;
    const waiting = lines.get(finding.one.name);
    const line = waiting && waiting.keys.size < most ? waiting : begin(finding);
    line.keys.add(key);
    return (await line.rows).get(key);
  };
};
