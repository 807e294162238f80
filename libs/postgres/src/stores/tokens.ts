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
export const tokenStore = ({ run }: Database): TokenStore => ({
  begin: async (authorization, tokens) => {
    const { id, clientId, subject, sid, scope, grantedAt, ...detail } = authorization;
    const row = [id, clientId, subject, sid, scope, JSON.stringify(detail), grantedAt];
    await run(statements.begin, [...row, lastExpiry(tokens), ...columnsOf(tokens)]);
  },
  find: async (hash) => {
    const row = await first<TokenRow>(run, statements.find, [hash]);
    return row && heldOf(row, hash);
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

interface TokenRow {
  readonly kind: StoredToken['kind'];
  readonly id: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly consumedAt: number | null;
  readonly revokedAt: number | null;
  readonly detail: object;
  readonly authorizationId: string;
  readonly clientId: string;
  readonly subject: string | null;
  readonly sid: string | null;
  readonly scope: string[];
  readonly grantedAt: number;
  readonly authorizationRevokedAt: number | null;
  readonly authorizationDetail: Pick<Authorization, 'resources'>;
}

const heldOf = (row: TokenRow, hash: string): Held => {
  const { kind, id, authorizationId, issuedAt, expiresAt, consumedAt, clientId, subject, sid, scope, grantedAt } = row;
  const revokedAt = row.revokedAt ?? row.authorizationRevokedAt;
  const token = {
    ...row.detail,
    hash,
    kind,
    id,
    authorizationId,
    issuedAt,
    expiresAt,
    ...present({ consumedAt, revokedAt }),
  };
  const authorization = {
    ...row.authorizationDetail,
    id: authorizationId,
    clientId,
    scope,
    grantedAt,
    ...present({ subject, sid, revokedAt: row.authorizationRevokedAt }),
  };
  return { token: token as StoredToken, authorization };
};
