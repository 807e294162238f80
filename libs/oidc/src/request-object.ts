import type { Clock, EndpointRequest, EpochSeconds } from '@portico/endpoint';
import { publicKeyOf, signingAlgorithm, unverifiedJwt, verifySignature, type JwtClaims } from '@portico/jwt';
import { clientKeys, type ClientKeysNeeds } from './client-keys.js';
import type { Client } from './client.js';
import { asOAuthError, OAuthError } from './errors.js';
import type { Face } from './face.js';
import type { Policy } from './policy.js';
import { normalized } from './response-types/index.js';

/** What unwrapping a request takes. */
export interface UnwrapNeeds extends ClientKeysNeeds {
  readonly policy: Policy;
  readonly face: Face;
  readonly clock: Clock;
}

/** A request with the parameters of its request object; or as it came, and why its object does not count. */
export interface Unwrapped {
  readonly request: EndpointRequest;
  readonly fault?: OAuthError;
}

const invalid = (description: string): OAuthError =>
  new OAuthError('invalid_request_object', `The request object ${description}`);

/**
 * Takes the parameters out of the request object, where there is one. A fault of the object goes to the redirect URI
 * outside of it, and is thrown where none stands there.
 * @see OpenID Connect Core 1.0 §6.1, §6.3.2, §6.3.3; RFC 9101 §4, §5, §5.1, §6.2, §6.3, §7, §10.8
 * @throws OAuthError request_not_supported, invalid_request_object
 */
export const unwrap = async (request: EndpointRequest, client: Client, needs: UnwrapNeeds): Promise<Unwrapped> => {
  const [text, ...others] = request.params.request ?? [];
  if (!text || others.length > 0) return { request };
  try {
    const claims = await claimsOf(text, client, needs);
    checkClaims(claims, client, { issuer: needs.face.issuer(needs.policy), at: needs.clock() });
    return { request: { ...request, params: assembled(request.params, claims) } };
  } catch (error) {
    const fault = asOAuthError(error);
    if (request.params.redirect_uri === undefined) throw fault;
    return { request, fault };
  }
};

const longestText = 32_768;

const claimsOf = async (text: string, client: Client, needs: UnwrapNeeds): Promise<JwtClaims> => {
  const { request_object_signing_alg: registered, jwks, jwks_uri: uri } = client.metadata;
  const hasKeys = jwks !== undefined || uri !== undefined;
  const jwt = text.length > longestText ? undefined : unverifiedJwt(text);
  const isUnsigned = jwt?.header.alg === 'none';
  if (registered === undefined && !hasKeys && !isUnsigned) throw notSupported();
  if (!jwt) throw invalid('must be a signed JWT that is not encrypted');
  if (!isUnsigned) return verified(text, jwt.header, { client, needs });
  if (registered !== undefined && registered !== 'none') throw invalid(`must be signed with ${registered}`);
  if (!text.endsWith('.')) throw invalid('has the alg none, and a signature');
  return jwt.claims;
};

// §3.1.2.6; Dynamic Client Registration §2 lets a client leave the algorithm open, be it none; without keys it can be no other.
const notSupported = (): OAuthError =>
  new OAuthError('request_not_supported', 'request needs keys that the client has registered to sign it with');

const verified = async (
  text: string,
  { alg, kid }: { alg?: unknown; kid?: unknown },
  { client, needs }: { client: Client; needs: UnwrapNeeds },
): Promise<JwtClaims> => {
  const { request_object_signing_alg: registered } = client.metadata;
  const allowed = signingAlgorithm.options.filter((one) => one === (registered ?? one));
  const known = allowed.find((one) => one === alg);
  if (known === undefined) throw invalid(`must have the alg ${registered ?? allowed.join(' or ')}`);
  const wanted = { alg: known, kid: typeof kid === 'string' ? kid : undefined };
  for (const key of await clientKeys(client, wanted, needs)) {
    const claims = await verifySignature(text, publicKeyOf(key), known);
    if (claims) return claims;
  }
  throw invalid('must be signed with a key that the client has registered');
};

const skewSeconds = 60;

const checkClaims = (claims: JwtClaims, { id }: Client, { issuer, at }: { issuer: string; at: EpochSeconds }): void => {
  const { iss = id, aud = issuer, exp = Infinity, nbf = 0 } = claims;
  if (iss !== id) throw invalid('must have the client_id as iss');
  if (![aud].flat().includes(issuer)) throw invalid('must have the issuer as aud');
  if (typeof exp !== 'number' || exp <= at - skewSeconds) throw invalid('has expired');
  if (typeof nbf !== 'number' || nbf > at + skewSeconds) throw invalid('does not hold yet');
  // RFC 9101 §10.8: such a JWT was made to authenticate the client.
  if (claims.sub === id) throw invalid('must not have the client_id as sub');
  if (claims.request !== undefined || claims.request_uri !== undefined)
    throw invalid('must not have request or request_uri in it');
};

type ParamLists = EndpointRequest['params'];

const forTheJwt = new Set(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti']);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const paramsOf = (claims: JwtClaims): ParamLists => {
  const own = Object.entries(claims).filter(([name, value]) => !forTheJwt.has(name) && value !== null);
  return Object.fromEntries(own.map(([name, value]) => [name, [value].flat().map(textOf)]));
};

/**
 * With response_type outside it is a request of OpenID Connect: the object supersedes what stands outside (Core §6.1).
 * Without, it is one of RFC 9101 §6.3: nothing outside counts.
 */
const assembled = ({ request: _, ...outside }: ParamLists, claims: JwtClaims): ParamLists => {
  const inside = paramsOf(claims);
  for (const name of ['client_id', 'response_type'])
    if (inside[name] && outside[name] && !isSame(inside[name], outside[name]))
      throw invalid(`must have the ${name} that stands outside of it`);
  return outside.response_type ? { ...outside, ...inside } : { ...inside, client_id: outside.client_id ?? [] };
};

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  normalized(one.join(' ')) === normalized(other.join(' '));
