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
