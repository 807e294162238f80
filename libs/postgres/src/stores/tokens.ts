import { askedBy, namedPartition, timeOf, unbounded, type Caller, type Partition, type When } from '@portico/endpoint';
import {
  issuedDetail,
  issuedEvent,
  type Authorization,
  type Held,
  type StoredToken,
  type TokenStore,
} from '@portico/oidc';
import { callerValues } from '../audit.js';
import type { Database } from '../data-source.js';
import { present } from '../epoch.js';
import { isMissingTable } from '../fault.js';
import { first, type Run, type Statement } from '../statement.js';
import { foundTogether } from './found-together.js';
import * as statements from './tokens.statements.js';
import { unnamed, type Parts } from './tokens.statements.js';

/**
 * Whether a token holds is read off its own row and its authorization's, which `find` always joins: revoking an
 * authorization is one row changed, and no token of it is live from that commit on, also none that an `exchange` running
 * beside it saves a moment later.
 */
export const tokenStore = ({ run }: Pick<Database, 'run'>): TokenStore => {
  const found = foundTogether<HeldRow>(run);
  return {
    begin: async (authorization, tokens, by) => {
      const { id, clientId, subject, sid, scope, grantedAt, expiresAt, ...detail } = authorization;
      const row = [namedPartition(id), id, clientId, subject, sid, scope, JSON.stringify(detail), grantedAt, expiresAt];
      const issued = issuedValues(tokens, by, { scope });
      await run(statements.begin, [...row, ...columnsOf(tokens), ...issued]);
    },
    find: async (key) => {
      const { hash, parts } = placeOf(key);
      const row = await inParts(parts, (where) => found(hash, statements.find(where)));
      if (row) return heldOf(row.held, row.held.partition === unbounded ? hash : key);
      // What was stored before texts named their parts names none; its text may look as if it did.
      const older = parts === unnamed ? undefined : await found(hash, statements.find(unnamed));
      return older && heldOf(older.held, hash);
    },
    exchange: async ({ hash: key, at, by: consumedBy }, tokens, by) => {
      const { hash, parts } = placeOf(key);
      const values = [hash, at, consumedBy, ...columnsOf(tokens), ...issuedValues(tokens, by)];
      const row = await firstIn(run, { statement: statements.exchange, parts }, values);
      return row !== undefined;
    },
    add: async (id, tokens, by) => {
      const values = [id, ...columnsOf(tokens), ...issuedValues(tokens, by)];
      const row = await firstIn(run, { statement: statements.add, parts: ofId(id) }, values);
      return row !== undefined;
    },
    revokeToken: (key, when) => {
      const { hash, parts } = placeOf(key);
      return firstIn(run, { statement: statements.revokeToken, parts }, [hash, ...askedValues(when)]);
    },
    revokeAuthorization: (id, reason, when) =>
      firstIn(run, { statement: statements.revokeAuthorization, parts: ofId(id) }, [id, reason, ...askedValues(when)]),
  };
};

const askedValues = (when: When): unknown[] => [timeOf(when), ...callerValues(askedBy(when))];

/** For the audit log: who asked, the event, and the names of the tokens. */
const issuedValues = (tokens: readonly StoredToken[], by: Caller | undefined, more: object = {}): unknown[] => [
  ...callerValues(by),
  issuedEvent(tokens),
  JSON.stringify({ ...issuedDetail(tokens), ...more }),
];

interface Asked {
  readonly statement: (parts: Parts) => Statement;
  readonly parts: Parts;
}

const firstIn = <Row>(run: Run, { statement, parts }: Asked, values: readonly unknown[]): Promise<Row | undefined> =>
  inParts(parts, (where) => first<Row>(run, statement(where), values));

/** A part that is not there, not yet or no longer: what belongs there may wait in the default part. */
const inParts = async <Result>(parts: Parts, ask: (where: Parts) => Promise<Result>): Promise<Result> => {
  try {
    return await ask(parts);
  } catch (error) {
    if (!isMissingTable(error)) throw error;
    return ask({});
  }
};

interface Place {
  readonly hash: string;
  readonly partition: Partition;
  readonly parts: Parts;
}

/** @see `tokenKey` */
const placeOf = (key: string): Place => {
  const [, token, authorization, hash = key] = /^(\d{1,6})\.(\d{0,6})\.(.+)$/s.exec(key) ?? [];
  if (token === undefined) return { hash, partition: unbounded, parts: unnamed };
  const parts = { token: Number(token), ...(authorization ? { authorization: Number(authorization) } : {}) };
  return { hash, partition: Number(token), parts };
};

const ofId = (id: string): Parts => ({ authorization: namedPartition(id) });

/** The tokens as an array a column, in the order of the statements. */
const columnsOf = (tokens: readonly StoredToken[]): unknown[][] => {
  const rows = tokens.map(({ hash: key, kind, id, authorizationId, issuedAt, expiresAt, ...detail }) => {
    const { partition, hash } = placeOf(key);
    const from = [namedPartition(authorizationId), authorizationId];
    return [partition, hash, kind, id, ...from, issuedAt, expiresAt, JSON.stringify(detail)];
  });
  return Array.from({ length: 9 }, (_, column) => rows.map((row) => row[column]));
};

interface HeldRow {
  readonly held: {
    readonly partition: Partition;
    readonly token: object;
    readonly tokenDetail: object;
    readonly authorization: object;
    readonly authorizationDetail: object;
  };
}

const heldOf = ({ token, tokenDetail, authorization, authorizationDetail }: HeldRow['held'], key: string): Held => ({
  token: { hash: key, ...present(token), ...tokenDetail } as StoredToken,
  authorization: { ...present(authorization), ...authorizationDetail } as Authorization,
});
