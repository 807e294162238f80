import { urlOf } from '@portico/contracts';
import { sha256, type EndpointRequest, type EpochSeconds } from '@portico/endpoint';
import { unverifiedJwt, type JwtClaims } from '@portico/jwt';
import type { Client, ClientAlgorithm } from '../client.js';
import { OAuthError } from '../errors.js';

import {
  methodAt,
  type Claimed,
  type ClientAuthentication,
  type ClientParams,
  type Credentials,
  type ProofNeeds,
} from './client-authentication.js';

const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
// RFC 8725 §3.11: what the client signs for another purpose says so, as a request object may (RFC 9101 §10.8).
const types = ['jwt', 'client-authentication+jwt'];
const skewSeconds = 60;
const longestSeconds = 3600;

const refused = (description: string): OAuthError =>
  new OAuthError('invalid_client', `client_assertion: ${description}`);

/** What a kind of assertion differs in: its algorithms, and how its signature is verified. */
export interface AssertionKind {
  readonly name: 'client_secret_jwt' | 'private_key_jwt';
  readonly algorithms: readonly ClientAlgorithm[];
  /** The client, where the signature is by one of its keys. */
  verify(assertion: Assertion, client: Client, needs: ProofNeeds): Promise<Client | undefined>;
}

/** An assertion whose claims are right and whose algorithm is the client's; only its signature is open. */
export interface Assertion {
  readonly text: string;
  readonly alg: ClientAlgorithm;
  readonly kid: string | undefined;
}

/**
 * Authentication by a JWT that the client signs.
 * @see RFC 7521 §4.2, §5.2; RFC 7523 §2.2, §3, §3.2; OpenID Connect Core 1.0 §9
 */
export const clientAssertion = (kind: AssertionKind): ClientAuthentication => ({
  name: kind.name,
  present: (_request, params) => presented(params, kind),
  prove: (credentials, claimed, needs) => prove(credentials, { ...claimed, kind }, needs),
});

const presented = (params: ClientParams, { name }: AssertionKind): Credentials | undefined => {
  const { client_assertion: assertion, client_assertion_type: said } = params;
  if (assertion === undefined) return undefined;
  if (said !== type) throw refused(`client_assertion_type must be ${type}`);
  const jwt = unverifiedJwt(assertion);
  if (typeof jwt?.claims.sub !== 'string') throw refused('must be a signed JWT whose sub is the client_id');
  const isBySecret = String(jwt.header.alg).startsWith('HS');
  if (isBySecret !== (name === 'client_secret_jwt')) return undefined;
  return { clientId: jwt.claims.sub, secrets: [], assertion };
};

const prove = async (
  { assertion: text = '' }: Credentials,
  { kind, ...claimed }: Claimed & { readonly kind: AssertionKind },
  needs: ProofNeeds,
): Promise<Client | undefined> => {
  const { client } = claimed;
  const jwt = unverifiedJwt(text);
  if (!client || !jwt) return undefined;
  const { typ = 'JWT' } = jwt.header;
  if (typeof typ !== 'string' || !types.includes(typ.toLowerCase())) throw refused('typ must be JWT');
  const alg = allowedAlgorithm(jwt.header.alg, kind, claimed);
  const { jti, exp } = checkedClaims(jwt.claims, { client, audiences: audiencesOf(claimed, needs) }, needs.clock());
  const kid = typeof jwt.header.kid === 'string' ? jwt.header.kid : undefined;
  const proved = await kind.verify({ text, alg, kid }, client, needs);
  // Last, so that nobody but the client itself can use up one of its assertions.
  const key = sha256(JSON.stringify([type, client.id, jti]));
  if (proved && !(await needs.replays.once(key, exp + skewSeconds, claimed.request.id))) {
    throw refused('was used already: every one needs a jti of its own');
  }
  return proved;
};

/** @see RFC 8725 §3.1 */
const allowedAlgorithm = (alg: unknown, kind: AssertionKind, { client, endpoint }: Claimed): ClientAlgorithm => {
  const pinned = client && pinnedAlgorithm(client, endpoint);
  const allowed = pinned === undefined ? kind.algorithms : kind.algorithms.filter((one) => one === pinned);
  const found = allowed.find((one) => one === alg);
  if (found === undefined) throw refused(`alg must be ${allowed.join(' or ') || 'another'}`);
  return found;
};

const pinnedAlgorithm = (client: Client, endpoint: Claimed['endpoint']): ClientAlgorithm | undefined => {
  const own = client.metadata[`${endpoint}_endpoint_auth_signing_alg`];
  const isAsAtToken = methodAt(endpoint, client) === client.metadata.token_endpoint_auth_method;
  return own ?? (isAsAtToken ? client.metadata.token_endpoint_auth_signing_alg : undefined);
};

// RFC 7523 §3: the token endpoint's URL may stand for the authorization server; so may that of the endpoint asked.
const audiencesOf = ({ request }: { readonly request: EndpointRequest }, { policy, face }: ProofNeeds): string[] => {
  const [path = '/'] = request.url.split('?');
  return [face.issuer(policy), urlOf('token', policy), new URL(policy.issuer).origin + path];
};

/** @see RFC 7523 §3; RFC 8725 §3.8, §3.9; OpenID Connect Core 1.0 §9 */
const checkedClaims = (
  { iss, sub, aud, exp, iat, nbf, jti }: JwtClaims,
  { client, audiences }: { client: Client; audiences: readonly string[] },
  at: EpochSeconds,
): { jti: string; exp: EpochSeconds } => {
  if (iss !== client.id || sub !== client.id) throw refused('iss and sub must be the client_id');
  const named: unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!named.some((one) => typeof one === 'string' && audiences.includes(one)))
    throw refused('aud must be the issuer or the URL of the token endpoint');
  if (typeof jti !== 'string' || jti === '') throw refused('jti is required');
  if (!isTime(exp)) throw refused('exp is required');
  if (exp <= at - skewSeconds) throw refused('has expired');
  if (exp > at + longestSeconds + skewSeconds) throw refused(`exp must be at most ${longestSeconds} seconds ahead`);
  for (const begin of [iat, nbf])
    if (begin !== undefined && !(isTime(begin) && begin <= at + skewSeconds))
      throw refused('iat and nbf must not lie ahead');
  return { jti, exp };
};

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
