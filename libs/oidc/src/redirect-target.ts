import type { EndpointRequest } from '@portico/endpoint';
import type { Client } from './client.js';
import { OAuthError } from './errors.js';
import { fragment } from './response-modes/fragment.js';
import { responseMode, type RedirectTarget } from './response-modes/index.js';
import { query } from './response-modes/query.js';
import type { ResponseMode } from './response-modes/response-mode.js';
import { asksForTokens } from './response-types/asks-for-tokens.js';
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
 * @see RFC 6749 §3.1.2.2, §3.1.2.3, §3.1.2.4, §4.1.2.1, §10.6; RFC 8252 §8.4; RFC 9700 §4.11.2
 * @throws OAuthError invalid_request: the redirect URI is missing, repeated or not registered
 */
export const redirectTarget = (request: EndpointRequest, client: Client, issuer: string): RedirectTarget => {
  const isOpenId = scopesOf(request.params.scope?.[0]).includes('openid');
  const redirectUri = checkedUri(onlyOne(request, 'redirect_uri'), client, isOpenId);
  // A repeated state is an error, and which of them to echo nobody can say.
  const [state, ...otherStates] = request.params.state ?? [];
  return asTarget({
    redirectUri,
    mode: modeOf(request, redirectUri),
    state: state === '' || otherStates.length > 0 ? undefined : state,
    issuer,
  });
};

// A mode that is unknown or does not fit is an error of its own, which goes by the response type's default one; that of
// a type which is unknown is read off its words, for whoever asks for tokens looks into the fragment (RFC 6749 §4.2.2.1).
const modeOf = ({ params }: EndpointRequest, redirectUri: string): ResponseMode => {
  const [responseType = ''] = params.response_type ?? [];
  const asked = responseMode(params.response_mode?.[0] ?? '');
  if (asked && asked.misfit?.({ responseType, redirectUri }) === undefined) return asked;
  return asksForTokens(responseType) ? fragment : query;
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
    mode: responseMode(stored.responseMode) ?? query,
    state: stored.state,
    issuer,
  });

const asTarget = (target: object): RedirectTarget => target as RedirectTarget;
