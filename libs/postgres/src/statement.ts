import type { Tracing } from '@portico/contracts';
import type { QueryConfig, QueryResult } from 'pg';
import { faultOf } from './fault.js';

/** SQL under a name: a connection parses and plans it once. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Runs a statement and answers its rows. @throws Unavailable @throws DatabaseFault */
export type Run = <Row = object>(statement: Statement, values: readonly unknown[]) => Promise<Row[]>;

interface Connection {
  query(query: QueryConfig): Promise<QueryResult>;
}

export const runOn = (connection: Connection, tracing?: Tracing): Run => {
  const run = async <Row>({ name, text }: Statement, values: readonly unknown[]): Promise<Row[]> => {
    try {
      const { rows } = await connection.query({ name, text, values: [...values] });
      return rows as Row[];
    } catch (error) {
      throw faultOf(error, name);
    }
  };
  return tracing ? (statement, values) => tracing.querying(statement.name, () => run(statement, values)) : run;
};

/** The first row. PostgreSQL knows no NUL in a text, so that nothing is found under one. */
export const first = async <Row>(
  run: Run,
  statement: Statement,
  values: readonly unknown[],
): Promise<Row | undefined> => {
  if (values.some((value) => typeof value === 'string' && value.includes('\0'))) return undefined;
  const [row] = await run<Row>(statement, values);
  return row;
};

/** Did the statement answer a row, that is: did it change what it was to change? */
export const changed = async (run: Run, statement: Statement, values: readonly unknown[]): Promise<boolean> =>
  (await first(run, statement, values)) !== undefined;
