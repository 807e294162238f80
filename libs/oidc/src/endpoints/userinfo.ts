import { empty, json, jwt, type Endpoint, type EndpointReply } from '@portico/endpoint';
import type { Account, AccountStore, ReportNeeds } from '@portico/sso';
import { activeToken, type ActiveTokenNeeds } from '../active-token.js';
import type { AccessToken, Authorization, Held } from '../authorization.js';
import { bearerToken } from '../bearer-token.js';
import { claimsFor } from '../claims.js';
import { clientJwt, type ClientJwtNeeds } from '../client-jwt.js';
import type { Client } from '../client.js';
import { deliver } from '../delivery.js';
import { OAuthError } from '../errors.js';
import { faceOf, type Face } from '../face.js';
import type { Policy } from '../policy.js';
import type { ClientStore } from '../ports.js';
import { spelledOut } from '../scope.js';
import type { SubjectFor } from '../subject-identifier.js';

/** What the UserInfo endpoint takes. */
export interface UserinfoNeeds extends ActiveTokenNeeds, ClientJwtNeeds, ReportNeeds {
  readonly policy: Policy;
  readonly face: Face;
  readonly clients: ClientStore;
  readonly accounts: AccountStore;
  readonly subjectFor: SubjectFor;
}

/**
 * The UserInfo endpoint, by GET and by POST.
 * @see OpenID Connect Core 1.0 §5.3, RFC 6750 §3
 */
export const userinfoEndpoint =
  (needs: UserinfoNeeds): Endpoint =>
  async (request) => {
    try {
      const text = bearerToken(request);
      // RFC 6750 §3.1: without any token the challenge says no more than that one is needed.
      if (text === undefined) return empty(401, { headers: { 'www-authenticate': 'Bearer realm="portico"' } });
      const { token, authorization } = await accessTokenOf(text, needs);
      const { userinfoScope } = needs.face;
      if (!token.scope.includes(userinfoScope))
        throw new OAuthError('insufficient_scope', `The access token must have the scope ${userinfoScope}`);
      const [account, client] = await Promise.all([
        accountOf(authorization.subject, needs),
        clientOf(authorization, needs),
      ]);
      const claims = claimsFor(account, spelledOut(token.scope), authorization.claims?.userinfo);
      return await told({ ...claims, sub: needs.subjectFor(client, account.subject) }, client, needs);
    } catch (error) {
      return deliver(error, { to: 'json', challenge: 'Bearer' }, { request, report: needs.report });
    }
  };

// §5.3.2: a JWT where the client is registered for one, with the issuer and the client in it.
const told = async (
  claims: Readonly<Record<string, unknown>>,
  client: Client,
  needs: UserinfoNeeds,
): Promise<EndpointReply> => {
  const { userinfo_signed_response_alg: signed, userinfo_encrypted_response_alg: encrypted } = client.metadata;
  if (signed === undefined && encrypted === undefined) return json(200, claims);
  const complete = { ...claims, iss: needs.face.issuer(needs.policy), aud: client.id };
  return jwt(await clientJwt(complete, { client, kind: 'userinfo', at: needs.clock() }, needs));
};

const refused = (): OAuthError =>
  new OAuthError('invalid_token', 'The access token is unknown, has expired or was revoked');

const accessTokenOf = async (text: string, needs: UserinfoNeeds): Promise<Held<AccessToken>> => {
  const held = await activeToken(text, needs);
  if (held?.token.kind !== 'access_token' || faceOf(held.authorization) !== needs.face) throw refused();
  return held as Held<AccessToken>;
};

const clientOf = async ({ clientId }: Authorization, { clients }: UserinfoNeeds): Promise<Client> => {
  const client = await clients.find(clientId);
  if (!client) throw refused();
  return client;
};

const accountOf = async (subject: string | undefined, { accounts }: UserinfoNeeds): Promise<Account> => {
  const account = subject === undefined ? undefined : await accounts.find(subject);
  if (!account) throw refused();
  return account;
};
