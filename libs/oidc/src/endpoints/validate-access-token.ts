import { json, MalformedRequest, single, type Clock, type Endpoint, type EndpointReply } from '@portico/endpoint';
import { verifyJwt, type KeySet } from '@portico/jwt';
import type { ReportNeeds } from '@portico/sso';
import type { AccessToken, Held } from '../authorization.js';
import type { Client } from '../client.js';
import { asOAuthError, retryAfter, type OAuthError } from '../errors.js';
import { faceOf, type Face } from '../face.js';
import type { Policy } from '../policy.js';
import type { ClientStore, TokenStore } from '../ports.js';
import { scopeText } from '../scope.js';
import type { SubjectFor } from '../subject-identifier.js';
import { tokenKey } from '../token-key.js';

/** What the older validation of access tokens takes. */
export interface ValidateAccessTokenNeeds extends ReportNeeds {
  readonly tokens: TokenStore;
  readonly clients: ClientStore;
  readonly keys: () => KeySet;
  readonly policy: Policy;
  readonly face: Face;
  readonly subjectFor: SubjectFor;
  readonly clock: Clock;
}

const refusals = {
  1920: '查找 session 发生错误',
  1921: 'session 不存在',
  1922: 'token 不合法',
  1923: 'token 过期',
  1924: 'app 不存在',
} as const;
type Refusal = keyof typeof refusals;

// Its callers read the body whatever the status is; it was always 200, save where coming again helps.
const refused = (code: Refusal, { status, headers }: Told = { status: 200, headers: {} }): EndpointReply =>
  json(status, { code, message: refusals[code] }, { headers });
interface Told {
  readonly status: number;
  readonly headers: Record<string, string>;
}
const told = (error: OAuthError): Told => ({ status: error.status === 503 ? 503 : 200, headers: retryAfter(error) });

/**
 * What is known of an access token, in the words of an earlier time. Authing's: whoever has the token may ask.
 * @see RFC 7662 §2 (the standard's way)
 */
export const validateAccessTokenEndpoint =
  (needs: ValidateAccessTokenNeeds): Endpoint =>
  async (request) => {
    try {
      const { access_token: text } = single(request, ['access_token']);
      if (text === undefined) return refused(1922);
      const held = await needs.tokens.find(tokenKey(text, needs.clock()));
      if (!isOurs(held, needs)) return refused(await whyUnknown(text, needs));
      const ended = whyEnded(held, needs);
      if (ended !== undefined) return refused(ended);
      const client = await needs.clients.find(held.authorization.clientId);
      return client ? json(200, record(text, { held, client }, needs)) : refused(1924);
    } catch (error) {
      needs.report(error, request);
      return error instanceof MalformedRequest ? refused(1922) : refused(1920, told(asOAuthError(error)));
    }
  };

const isOurs = (held: Held | undefined, { face }: ValidateAccessTokenNeeds): held is Held<AccessToken> =>
  held?.token.kind === 'access_token' && faceOf(held.authorization) === face;

// One that we signed has been there: it has expired, or what it hung on is gone.
const whyUnknown = async (text: string, { keys, policy, face, clock }: ValidateAccessTokenNeeds): Promise<Refusal> => {
  const claims = await verifyJwt(text, keys(), { typ: 'at+jwt', issuer: face.issuer(policy) });
  if (!claims) return 1922;
  return typeof claims.exp === 'number' && claims.exp > clock() ? 1921 : 1923;
};

const whyEnded = ({ token, authorization }: Held, { clock }: ValidateAccessTokenNeeds): Refusal | undefined => {
  if (token.expiresAt <= clock()) return 1923;
  if (authorization.revokedAt !== undefined) return 1921;
  return token.revokedAt === undefined ? undefined : 1922;
};

const milliseconds = 1000;
const isoTime = (at: number): string => new Date(at * milliseconds).toISOString();

const record = (
  text: string,
  { held: { token, authorization }, client }: { held: Held<AccessToken>; client: Client },
  { face, policy, subjectFor, clock }: ValidateAccessTokenNeeds,
): Record<string, unknown> => {
  const sub = authorization.subject === undefined ? client.id : subjectFor(client, authorization.subject);
  return {
    state: 1,
    isRevoked: false,
    isDeleted: false,
    _id: token.id,
    id: token.id,
    accessToken: text,
    accessTokenExpiresAt: isoTime(token.expiresAt),
    scope: scopeText(token.scope),
    appId: client.id,
    userOrClientId: sub,
    when: isoTime(token.issuedAt),
    iss: face.issuer(policy),
    sub,
    aud: client.id,
    exp: token.expiresAt * milliseconds,
    iat: token.issuedAt * milliseconds,
    user_id: sub,
    issued_to: new URL(policy.issuer).origin,
    audience: client.id,
    expires_in: token.expiresAt - clock(),
    access_type: face.refreshes(authorization.scope, client) ? 'offline' : 'online',
  };
};
