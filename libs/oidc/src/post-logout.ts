import type { EndpointRequest, Params } from '@portico/endpoint';
import type { Client } from './client.js';
import { OAuthError } from './errors.js';
import { isRegistered } from './redirect-uri.js';
import { readingsOf, type Reading } from './uri-readings.js';

/** Where the browser goes after a logout, checked. */
export interface PostLogout {
  /** The client that has registered the URI. */
  readonly client: Client;
  readonly uri: string;
  /** Absent where what looked like ours is a part of the URI. */
  readonly state: string | undefined;
}

const name = 'post_logout_redirect_uri';
const beside = ['state', 'id_token_hint', 'client_id', 'app_id', 'logout_hint', 'ui_locales'] as const;

/** The parameters of a logout request. @see OpenID Connect RP-Initiated Logout 1.0 §2 */
export const logoutParams = [name, ...beside] as const;

type LogoutParams = Params<(typeof logoutParams)[number]>;

/**
 * Where a logout request wants the browser to go on: to a URI that one of these clients has registered for that.
 * @see OpenID Connect RP-Initiated Logout 1.0 §2, §3, §4
 * @throws OAuthError invalid_request: there is no such client, or none of them has registered it
 */
export const postLogoutOf = (
  request: EndpointRequest,
  params: LogoutParams,
  clients: readonly Client[],
): PostLogout | undefined => {
  if (params.post_logout_redirect_uri === undefined) return undefined;
  if (clients.length === 0)
    throw new OAuthError('invalid_request', 'post_logout_redirect_uri needs id_token_hint or client_id beside it');
  for (const reading of readingsOf(request, { name, beside })) {
    const client = clients.find((one) => hasRegistered(one, reading));
    if (client) return { client, uri: reading.uri, state: stateBeside(reading, params) };
  }
  throw new OAuthError('invalid_request', 'post_logout_redirect_uri is not one of those registered for this client', {
    detail: params.post_logout_redirect_uri,
  });
};

// A `*` could stand for the parameters behind it too: there the reading of the standard counts alone.
const hasRegistered = ({ metadata }: Client, { uri, isStandard }: Reading): boolean => {
  const { post_logout_redirect_uris: registered, redirect_uri_wildcards } = metadata;
  return isRegistered(uri, registered, isStandard ? { redirect_uri_wildcards } : {});
};

const stateBeside = ({ uri, isStandard }: Reading, { state }: LogoutParams): string | undefined =>
  !isStandard && uri.includes('&state=') ? undefined : state;

/** The URI with the state that the client has sent. @see OpenID Connect RP-Initiated Logout 1.0 §3 */
export const locationOf = ({ uri, state }: Pick<PostLogout, 'uri' | 'state'>): string =>
  state === undefined ? uri : `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ state }).toString()}`;
