import type { Database } from './data-source.js';

/** Parts have the columns of their table, whatever day or month they are of. */
const unparted = (text: string): string =>
  text
    .replace(/\b(tokens|authorizations|interactions)_(d\d{8}|m\d{6})\b/g, '$1_unbounded')
    .replace(/\b(replays|audit_events)_(d\d{8}|m\d{6})\b/g, '$1_default')
    .replace(/\bpartition = \d+/g, 'partition = 0')
    .replace(/\s+/g, ' ')
    .trim();

type Query = (query: string | { readonly text: string }, ...rest: unknown[]) => unknown;

/** Every statement that reads or writes rows on this database from now on. */
export const statementsOf = ({ pool }: Database): ReadonlySet<string> => {
  const seen = new Set<string>();
  pool.on('connect', (client) => {
    const connection = client as unknown as { query: Query };
    const query = connection.query.bind(client);
    connection.query = (first, ...rest) => {
      const text = typeof first === 'string' ? first : first.text;
      if (/^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/i.test(text)) seen.add(unparted(text));
      return query(first, ...rest);
    };
  });
  return seen;
};
