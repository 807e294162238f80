import { isRegistered } from './redirect-uri.js';

const isWeb = /^https?:$/;

/** Is it the origin of a web page, written as a browser sends it? @see RFC 6454 §6.2 */
export const isWebOrigin = (text: string): boolean =>
  URL.canParse(text) && isWeb.test(new URL(text).protocol) && new URL(text).origin === text;

/** Where the pages of a client live: the origins of its redirect URIs, and those it is set to have besides. @see RFC 6454 §4 */
export const originsOf = (metadata: {
  readonly redirect_uris: readonly string[];
  readonly allowed_cors_origins: readonly string[];
}): string[] => {
  const urls = metadata.redirect_uris.filter((uri) => URL.canParse(uri)).map((uri) => new URL(uri));
  const origins = urls.filter(({ protocol }) => isWeb.test(protocol)).map(({ origin }) => origin);
  return [...new Set([...origins, ...metadata.allowed_cors_origins])];
};

/**
 * Can a page of ours load it in a frame, and say so in its policy? There a `;` or `'` in the host, which a URL may have,
 * would say something else.
 * @see OpenID Connect Front-Channel Logout 1.0 §2, Content Security Policy Level 3 §2.3.1
 */
export const isFrameUri = (uri: string): boolean =>
  !uri.includes('#') &&
  URL.canParse(uri) &&
  /^https?:\/\/([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d+)?$/.test(new URL(uri).origin);

interface AtHome {
  readonly application_type: 'web' | 'native';
  readonly redirect_uris: readonly string[];
  readonly redirect_uri_wildcards: boolean;
  readonly allowed_cors_origins: readonly string[];
}

/**
 * Do pages of this client live at that origin? As free as a redirect URI of it is: its host where a `*` stands, its port
 * at the loopback address of a native application.
 * @see RFC 6454 §4, OpenID Connect Session Management 1.0 §3.2 (an expected origin), RFC 8252 §7.3
 */
export const isAtHome = (origin: string, metadata: AtHome): boolean => {
  const written = metadata.redirect_uris.flatMap((uri) => /^https?:\/\/[^/?#]+/.exec(uri) ?? []);
  return isWebOrigin(origin) && isRegistered(origin, [...originsOf(metadata), ...written], metadata);
};
