import type { Account, AccountStore } from '@portico/sso';
import { activeToken, type ActiveTokenNeeds } from './active-token.js';
import type { AccessToken, Authorization, Held } from './authorization.js';
import { claimsFor } from './claims.js';
import type { Client } from './client.js';
import { OAuthError } from './errors.js';
import { faceOf, type Face } from './face.js';
import type { ClientStore } from './ports.js';
import { spelledOut } from './scope.js';
import type { SubjectFor } from './subject-identifier.js';

/** What looking up the person of an access token takes. */
export interface PersonNeeds extends ActiveTokenNeeds {
  readonly clients: ClientStore;
  readonly accounts: AccountStore;
  readonly subjectFor: SubjectFor;
}

/** What an access token lets its holder know. */
export interface Userinfo {
  readonly sub: string;
  /** As far as the scope of the token goes; `sub` is beside them. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly client: Client;
  readonly token: AccessToken;
}

/**
 * The person of an access token, as far as its scope lets them be known; of a token that this face has issued, where
 * one is named, else of any.
 * @see OpenID Connect Core 1.0 §5.3.2, RFC 6750 §3.1
 * @throws OAuthError invalid_token, insufficient_scope
 */
export const userinfoOf = async (text: string, needs: PersonNeeds, face?: Face): Promise<Userinfo> => {
  const { token, authorization } = await accessTokenOf(text, needs, face);
  const { userinfoScope } = faceOf(authorization);
  if (!token.scope.includes(userinfoScope))
    throw new OAuthError('insufficient_scope', `The access token must have the scope ${userinfoScope}`);
  const [account, client] = await Promise.all([
    accountOf(authorization.subject, needs),
    clientOf(authorization, needs),
  ]);
  const claims = claimsFor(account, spelledOut(token.scope), authorization.claims?.userinfo);
  return { sub: needs.subjectFor(client, account.subject), claims, client, token };
};

const refused = (): OAuthError =>
  new OAuthError('invalid_token', 'The access token is unknown, has expired or was revoked');

const accessTokenOf = async (text: string, needs: PersonNeeds, face?: Face): Promise<Held<AccessToken>> => {
  const held = await activeToken(text, needs);
  if (held?.token.kind !== 'access_token') throw refused();
  if (face && faceOf(held.authorization) !== face) throw refused();
  return held as Held<AccessToken>;
};

const clientOf = async ({ clientId }: Authorization, { clients }: PersonNeeds): Promise<Client> => {
  const client = await clients.find(clientId);
  if (!client) throw refused();
  return client;
};

const accountOf = async (subject: string | undefined, { accounts }: PersonNeeds): Promise<Account> => {
  const account = subject === undefined ? undefined : await accounts.find(subject);
  if (!account) throw refused();
  return account;
};
