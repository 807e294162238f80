import { named, type EndpointRequest } from '@portico/endpoint';
import type { Client } from './client.js';
import { OAuthError } from './errors.js';
import { responseMode, responseModes, type RedirectTarget } from './response-modes/index.js';
import type { ResponseMode } from './response-modes/response-mode.js';
import { answersWithTokens, normalized, responseTypes } from './response-types/index.js';
import { isRegistered } from './redirect-uri.js';
import { scopesOf } from './scope.js';

const onlyOne = (request: EndpointRequest, name: string): string | undefined => {
  const values = request.params[name] ?? [];
  if (values.length > 1) throw new OAuthError('invalid_request', `${name} must not be included more than once`);
  return values[0] === '' ? undefined : values[0];
};

const checkedUri = (uri: string | undefined, { metadata }: Client, isOpenId: boolean): string => {
  const { redirect_uris: registered } = metadata;
  const [sole, ...others] = registered;
  // OpenID Connect Core 1.0 §3.1.2.1 requires the parameter; RFC 6749 §3.1.2.3 lets it go where only one is registered.
  if (uri === undefined && !isOpenId && sole !== undefined && !sole.includes('*') && others.length === 0) return sole;
  if (uri === undefined) throw new OAuthError('invalid_request', 'redirect_uri is required');
  if (isRegistered(uri, registered, metadata)) return uri;
  throw new OAuthError('invalid_request', 'redirect_uri is not one of those registered for this client', {
    detail: uri,
  });
};

/**
 * Where responses to this request go. From here on an error may be redirected.
 * @see RFC 6749 §3.1.2.3, §4.1.2.1
 * @throws OAuthError invalid_request: the redirect URI is missing, repeated or not registered
 */
export const redirectTarget = (request: EndpointRequest, client: Client, issuer: string): RedirectTarget => {
  const isOpenId = scopesOf(request.params.scope?.[0]).includes('openid');
  const redirectUri = checkedUri(onlyOne(request, 'redirect_uri'), client, isOpenId);
  // A repeated state is an error, and which of them to echo nobody can say.
  const [state, ...otherStates] = request.params.state ?? [];
  return asTarget({
    redirectUri,
    mode: modeOf(request),
    state: state === '' || otherStates.length > 0 ? undefined : state,
    issuer,
  });
};

// A mode that is unknown or does not fit is an error of its own, which goes by the response type's default one.
const modeOf = ({ params }: EndpointRequest): ResponseMode => {
  const type = named(responseTypes, normalized(params.response_type?.[0] ?? ''));
  const asked = responseMode(params.response_mode?.[0] ?? '');
  const fits = asked && !(asked.name === 'query' && type && answersWithTokens(type));
  return fits ? asked : (responseMode(type?.defaultMode ?? 'query') ?? defaultMode);
};

/**
 * The target of a request that was checked before and has waited for a person.
 * @see RFC 6749 §3.1.2.3
 * @throws OAuthError invalid_request: the redirect URI is no longer registered
 */
export const targetAgain = (
  stored: { redirectUri: string; responseMode: string; state?: string | undefined },
  client: Client,
  issuer: string,
): RedirectTarget =>
  asTarget({
    redirectUri: checkedUri(stored.redirectUri, client, true),
    mode: responseMode(stored.responseMode) ?? defaultMode,
    state: stored.state,
    issuer,
  });

const [defaultMode] = responseModes as [(typeof responseModes)[number]];
const asTarget = (target: object): RedirectTarget => target as RedirectTarget;
