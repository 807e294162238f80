import type { EpochSeconds } from '@portico/endpoint';
import type { Authorization, StoredToken, TokenStore } from '@portico/oidc';
import { asPort, copyOf, insert, type Tables } from './tables.js';

export const tokenStore = (tables: Tables): TokenStore => {
  const { authorizations, tokens } = tables;
  const saveAll = (added: readonly StoredToken[]) => save(tables, added);
  const holds = (id: string | undefined) => {
    const authorization = authorizations.get(id ?? '');
    return authorization !== undefined && authorization.revokedAt === undefined;
  };

  return asPort<TokenStore>({
    begin: (authorization, issued) => begin(tables, authorization, issued),
    find: (hash) => {
      const token = tokens.get(hash);
      const authorization = token && authorizations.get(token.authorizationId);
      if (!authorization) return undefined;
      const revokedAt = token.revokedAt ?? authorization.revokedAt;
      return copyOf({ token: revokedAt === undefined ? token : { ...token, revokedAt }, authorization });
    },
    exchange: (hash, at, successors) => {
      const token = tokens.get(hash);
      if (!token || token.kind === 'access_token' || !holds(token.authorizationId)) return false;
      if (token.consumedAt !== undefined || token.revokedAt !== undefined) return false;
      saveAll(successors);
      tokens.set(hash, { ...token, consumedAt: at });
      return true;
    },
    add: (authorizationId, added) => {
      if (!holds(authorizationId)) return false;
      saveAll(added);
      return true;
    },
    revokeToken: (hash, at) => {
      const token = tokens.get(hash);
      const authorization = token && authorizations.get(token.authorizationId);
      if (!authorization || token.revokedAt !== undefined || authorization.revokedAt !== undefined) return;
      tokens.set(hash, { ...token, revokedAt: at });
      const { clientId } = authorization;
      const data = { tokenId: token.id, authorizationId: authorization.id, clientId, at };
      tables.facts.push({ event: 'tokenRevoked', data });
    },
    revokeAuthorization: (id, reason, at) => revoke(tables, id, { reason, at }),
  });
};

const save = ({ tokens }: Tables, added: readonly StoredToken[]): void => {
  if (added.some(({ hash }) => tokens.has(hash))) throw new Error('there is a token of that hash already');
  for (const token of added) insert(tokens, token.hash, token);
};

export const begin = (tables: Tables, authorization: Authorization, issued: readonly StoredToken[]): void => {
  const { authorizations, sessions } = tables;
  if (authorizations.has(authorization.id)) throw new Error('there is an authorization of that id already');
  save(tables, issued);
  insert(authorizations, authorization.id, authorization);
  join(tables, authorization);
  const session = sessions.get(authorization.sid ?? '');
  if (session?.endedAt !== undefined && !outlivesSession(authorization))
    revoke(tables, authorization.id, { reason: 'session_ended', at: authorization.grantedAt });
};

const join = ({ sessions, participants }: Tables, { sid = '', clientId, grantedAt }: Authorization): void => {
  const session = sessions.get(sid);
  if (!session || session.endedAt !== undefined) return;
  const joined = participants.get(sid) ?? new Map<string, EpochSeconds>();
  if (!joined.has(clientId)) participants.set(sid, joined.set(clientId, grantedAt));
};

/** @see OpenID Connect Back-Channel Logout 1.0 §2.7 */
export const outlivesSession = ({ scope }: Authorization): boolean => scope.includes('offline_access');

export const revoke = (tables: Tables, id: string, { reason, at }: { reason: string; at: EpochSeconds }): void => {
  const authorization = tables.authorizations.get(id);
  if (!authorization || authorization.revokedAt !== undefined) return;
  tables.authorizations.set(id, { ...authorization, revokedAt: at });
  const { clientId } = authorization;
  tables.facts.push({ event: 'authorizationRevoked', data: { authorizationId: id, clientId, reason, at } });
};
