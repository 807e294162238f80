import { askedBy, timeOf, type Caller, type When } from '@portico/endpoint';
import { issuedDetail, issuedEvent, type Authorization, type StoredToken, type TokenStore } from '@portico/oidc';
import { noted } from './audit.js';
import { asPort, copyOf, insert, told, type ParticipantRow, type Tables } from './tables.js';

export const tokenStore = (tables: Tables): TokenStore => {
  const { authorizations, tokens } = tables;
  const saveAll = (added: readonly StoredToken[]) => save(tables, added);
  const holds = (id: string | undefined) => {
    const authorization = authorizations.get(id ?? '');
    return authorization !== undefined && endOf(tables, authorization) === undefined;
  };

  return asPort<TokenStore>({
    begin: (authorization, issued, by) => begin(tables, authorization, { issued, by }),
    find: (hash) => {
      const token = tokens.get(hash);
      const authorization = token && authorizations.get(token.authorizationId);
      if (!authorization) return undefined;
      const ended = endOf(tables, authorization);
      const revokedAt = token.revokedAt ?? ended;
      return copyOf({
        token: revokedAt === undefined ? token : { ...token, revokedAt },
        authorization: ended === undefined ? authorization : { ...authorization, revokedAt: ended },
      });
    },
    exchange: ({ hash, at, by: consumedBy }, successors, by) => {
      const token = tokens.get(hash);
      const authorization = authorizations.get(token?.authorizationId ?? '');
      if (!token || !authorization || token.kind === 'access_token' || !holds(authorization.id)) return false;
      if (token.consumedAt !== undefined || token.revokedAt !== undefined) return false;
      saveAll(successors);
      tokens.set(hash, { ...token, consumedAt: at, consumedBy });
      issuing(tables, authorization, { issued: successors, by, detail: { from: token.kind } });
      return true;
    },
    add: (authorizationId, added, by) => {
      const authorization = authorizations.get(authorizationId);
      if (!authorization || !holds(authorizationId)) return false;
      saveAll(added);
      issuing(tables, authorization, { issued: added, by });
      return true;
    },
    revokeToken: (hash, when) => {
      const at = timeOf(when);
      const token = tokens.get(hash);
      const authorization = token && authorizations.get(token.authorizationId);
      if (!authorization || token.revokedAt !== undefined || endOf(tables, authorization) !== undefined)
        return undefined;
      tokens.set(hash, { ...token, revokedAt: at });
      const { clientId } = authorization;
      const detail = { token: token.id, kind: token.kind };
      noted(tables, { event: 'token_revoked', ...ofAuthorization(authorization), detail }, askedBy(when));
      const data = { tokenId: token.id, authorizationId: authorization.id, clientId, at };
      return told(tables, { event: 'tokenRevoked', data });
    },
    revokeAuthorization: (id, reason, when) => revoke(tables, id, { reason, when }),
  });
};

/** When it was revoked, by itself or with its person or its client. */
const endOf = (tables: Tables, { revokedAt, subject = '', clientId, grantedAt }: Authorization) => {
  const withOthers = [tables.revokedSubjects.get(subject), tables.revokedClients.get(clientId)];
  return revokedAt ?? withOthers.find((at) => at !== undefined && at >= grantedAt);
};

const save = ({ tokens }: Tables, added: readonly StoredToken[]): void => {
  if (added.some(({ hash }) => tokens.has(hash))) throw new Error('there is a token of that hash already');
  for (const token of added) insert(tokens, token.hash, token);
};

interface Issuing {
  readonly issued: readonly StoredToken[];
  readonly by?: Caller | undefined;
  readonly detail?: object;
}

const ofAuthorization = ({ id, clientId, subject, sid }: Authorization) => ({
  clientId,
  authorizationId: id,
  ...(subject === undefined ? {} : { subject }),
  ...(sid === undefined ? {} : { sid }),
});

const issuing = (tables: Tables, authorization: Authorization, { issued, by, detail }: Issuing): void => {
  const about = { event: issuedEvent(issued), ...ofAuthorization(authorization) };
  noted(tables, { ...about, detail: { ...issuedDetail(issued), ...detail } }, by);
};

export const begin = (tables: Tables, authorization: Authorization, { issued, by }: Issuing): void => {
  const { authorizations, sessions } = tables;
  if (authorizations.has(authorization.id)) throw new Error('there is an authorization of that id already');
  save(tables, issued);
  insert(authorizations, authorization.id, authorization);
  join(tables, authorization);
  issuing(tables, authorization, { issued, by, detail: { scope: authorization.scope } });
  const session = sessions.get(authorization.sid ?? '');
  if (session?.endedAt !== undefined && (session.isRevoked || !outlivesSession(authorization)))
    revoke(tables, authorization.id, {
      reason: 'session_ended',
      when: by ? { at: authorization.grantedAt, by } : authorization.grantedAt,
    });
};

const join = ({ sessions, participants }: Tables, { sid = '', clientId, grantedAt, face }: Authorization): void => {
  const session = sessions.get(sid);
  if (!session || session.endedAt !== undefined) return;
  const joined = participants.get(sid) ?? new Map<string, ParticipantRow>();
  const joinedAt = joined.get(clientId)?.joinedAt ?? grantedAt;
  participants.set(sid, joined.set(clientId, { joinedAt, ...(face === undefined ? {} : { face }) }));
};

/** @see OpenID Connect Back-Channel Logout 1.0 §2.7 */
export const outlivesSession = ({ scope }: Authorization): boolean => scope.includes('offline_access');

export const revoke = (tables: Tables, id: string, { reason, when }: { reason: string; when: When }) => {
  const at = timeOf(when);
  const authorization = tables.authorizations.get(id);
  if (!authorization || authorization.revokedAt !== undefined) return undefined;
  tables.authorizations.set(id, { ...authorization, revokedAt: at });
  const { clientId } = authorization;
  noted(
    tables,
    { event: 'authorization_revoked', ...ofAuthorization(authorization), detail: { reason } },
    askedBy(when),
  );
  return told(tables, { event: 'authorizationRevoked', data: { authorizationId: id, clientId, reason, at } });
};
