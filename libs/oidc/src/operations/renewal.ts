import { callerOf, type Caller, type EndpointRequest, type EpochSeconds } from '@portico/endpoint';
import type { SessionStore } from '@portico/sso';
import type { AccessToken, Authorization, Held, StoredToken } from '../authorization.js';
import { authenticateClient, type AuthenticatedClient } from '../client-auth/authenticate-client.js';
import type { TokenNeeds } from '../endpoints/token.js';
import { OAuthError } from '../errors.js';
import { faceOf } from '../face.js';
import { tokenKey } from '../token-key.js';
import { issueTokens } from '../tokens.js';
import { checkIsOwn, presentedToken } from './current-user.js';

/** What renewing an access token takes. */
export interface RenewalNeeds extends TokenNeeds {
  readonly sessions: SessionStore;
}

interface Renewal extends RenewalNeeds {
  readonly requestId: string;
  readonly by: Caller;
}

/** An access token and how long it holds. @see RFC 6749 §5.1 */
export interface Renewed {
  readonly token: string;
  readonly iat: EpochSeconds;
  readonly exp: EpochSeconds;
}

// One answer, whatever is wrong with it: who holds a token that is worth nothing learns nothing more of it.
const refused = (detail: string): OAuthError =>
  new OAuthError('invalid_token', 'The access token is unknown, has expired, was revoked or cannot be renewed', {
    detail,
  });

/**
 * An access token that holds for a new one, once. Authing's.
 *
 * Deviation: RFC 6749 §1.5 has refresh tokens for that, which no resource server sees. Here it takes a client that is
 * set to both the password and the refresh_token grant, a token that is meant for the client alone, and ends with the
 * session, or as late as a refresh token would (docs/adr/0060-graphql.md).
 * @see RFC 6749 §6, RFC 9700 §4.14.2
 * @throws OAuthError invalid_client, unauthorized_client, invalid_token, insufficient_scope
 */
export const renewal =
  (needs: RenewalNeeds) =>
  async (id: string | undefined, request: EndpointRequest): Promise<Renewed> => {
    const asked = { ...needs, requestId: request.id, by: callerOf(request) };
    const text = presentedToken(request);
    const client = renewing(await authenticateClient(request, 'token', needs));
    const held = await renewable(text, client, asked);
    const { authorization, token } = held;
    if (authorization.subject !== undefined) checkIsOwn(id, needs.subjectFor(client, authorization.subject));
    const save = (tokens: readonly StoredToken[]) => exchanged(held, tokens, asked);
    // One reading of the clock: what is told of the token is what the token says.
    const iat = needs.clock();
    const issue = { client, authorization, scope: token.scope, save };
    const response = await issueTokens(issue, { ...needs, clock: () => iat });
    return { token: response.access_token, iat, exp: iat + response.expires_in };
  };

const renewing = (client: AuthenticatedClient): AuthenticatedClient => {
  const { grant_types: types } = client.metadata;
  if (types.includes('password') && types.includes('refresh_token')) return client;
  throw new OAuthError(
    'unauthorized_client',
    'This client is not registered for grant_type=password and grant_type=refresh_token, both of which this takes',
  );
};

const renewable = async (text: string, client: AuthenticatedClient, needs: Renewal): Promise<Held<AccessToken>> => {
  const held = await needs.tokens.find(tokenKey(text, needs.clock()));
  if (!isAccessToken(held) || faceOf(held.authorization) !== needs.face) throw refused('no access token');
  const { token, authorization } = held;
  if (authorization.clientId !== client.id) throw refused(`token of client ${authorization.clientId}`);
  if (token.expiresAt <= needs.clock()) throw refused('expired');
  if (token.revokedAt !== undefined || authorization.revokedAt !== undefined) throw await ended(held, needs);
  if (authorization.subject === undefined || token.audience.some((one) => one !== client.id))
    throw refused('not of a person, or for a resource server');
  if (!(await lives(authorization, client, needs))) throw refused('its session is over, or it is too old');
  return held;
};

const isAccessToken = (held: Held | undefined): held is Held<AccessToken> => held?.token.kind === 'access_token';

const lives = async (
  { sid, grantedAt }: Authorization,
  { metadata }: AuthenticatedClient,
  { sessions, clock }: RenewalNeeds,
): Promise<boolean> =>
  sid === undefined
    ? grantedAt + metadata.refresh_token_lifetime > clock()
    : (await sessions.findBySid(sid, clock())) !== undefined;

const isFirst = ({ token }: Held<AccessToken>, { replays, requestId }: Renewal): Promise<boolean> =>
  replays.once(`renewal ${token.hash}`, token.expiresAt, requestId);

// The gate is one atomic statement; what stands after it can only lose the person a token, never give one away twice.
const exchanged = async (held: Held<AccessToken>, tokens: readonly StoredToken[], needs: Renewal) => {
  const { token, authorization } = held;
  if (!(await isFirst(held, needs))) throw refused('renewed meanwhile');
  if (!(await needs.tokens.add(authorization.id, tokens, needs.by))) throw refused('revoked meanwhile');
  await needs.tokens.revokeToken(token.hash, { at: needs.clock(), by: needs.by });
};

// RFC 9700 §4.14.2: one that was renewed and comes back later may have been stolen; so may its successor.
const ended = async (held: Held<AccessToken>, needs: Renewal): Promise<OAuthError> => {
  const { token, authorization } = held;
  const at = needs.clock();
  const isLate = token.revokedAt !== undefined && at - token.revokedAt > needs.policy.refreshReplaySeconds;
  if (authorization.revokedAt === undefined && isLate && !(await isFirst(held, needs)))
    await needs.tokens.revokeAuthorization(authorization.id, 'access_token_replayed', { at, by: needs.by });
  return refused('revoked');
};
