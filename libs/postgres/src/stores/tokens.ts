import type { Authorization, Held, StoredToken, TokenStore } from '@portico/oidc';
import type { Database } from '../data-source.js';
import { present } from '../epoch.js';
import { changed, first } from '../statement.js';
import * as statements from './tokens.statements.js';

/**
 * Whether a token holds is read off its own row and its authorization's, which `find` always joins: revoking an
 * authorization is one row changed, and no token of it is live from that commit on, also none that an `exchange` running
 * beside it saves a moment later.
 */
export const tokenStore = ({ run }: Pick<Database, 'run'>): TokenStore => ({
  begin: async (authorization, tokens) => {
    const { id, clientId, subject, sid, scope, grantedAt, ...detail } = authorization;
    const row = [id, clientId, subject, sid, scope, JSON.stringify(detail), grantedAt];
    await run(statements.begin, [...row, lastExpiry(tokens), ...columnsOf(tokens)]);
  },
  find: async (hash) => {
    const row = await first<{ held: HeldRow }>(run, statements.find, [hash]);
    return row && heldOf(row.held, hash);
  },
  exchange: (hash, at, tokens) =>
    changed(run, statements.exchange, [hash, at, lastExpiry(tokens), ...columnsOf(tokens)]),
  add: (authorizationId, tokens) =>
    changed(run, statements.add, [authorizationId, lastExpiry(tokens), ...columnsOf(tokens)]),
  revokeToken: async (hash, at) => {
    await first(run, statements.revokeToken, [hash, at]);
  },
  revokeAuthorization: async (id, reason, at) => {
    await first(run, statements.revokeAuthorization, [id, reason, at]);
  },
});

const lastExpiry = (tokens: readonly StoredToken[]): number => Math.max(0, ...tokens.map(({ expiresAt }) => expiresAt));

/** The tokens as an array a column, in the order of the statements. */
const columnsOf = (tokens: readonly StoredToken[]): unknown[][] => {
  const rows = tokens.map(({ hash, kind, id, authorizationId, issuedAt, expiresAt, ...detail }) => [
    hash,
    kind,
    id,
    authorizationId,
    issuedAt,
    expiresAt,
    JSON.stringify(detail),
  ]);
  return Array.from({ length: 7 }, (_, column) => rows.map((row) => row[column]));
};

interface HeldRow {
  readonly token: object;
  readonly tokenDetail: object;
  readonly authorization: object;
  readonly authorizationDetail: object;
}

const heldOf = ({ token, tokenDetail, authorization, authorizationDetail }: HeldRow, hash: string): Held => ({
  token: { hash, ...present(token), ...tokenDetail } as StoredToken,
  authorization: { ...present(authorization), ...authorizationDetail } as Authorization,
});
