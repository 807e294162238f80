/**
 * The id (`jti`) of an access token: its authorization, a dot, and what makes it its own.
 * @see RFC 7519 §4.1.7, RFC 9068 §2.2
 */
export const tokenIdOf = (authorizationId: string, own: string): string => `${authorizationId}.${own}`;

/**
 * The authorization that the id of an access token names, up to its last dot; nothing where it names none.
 * @see RFC 7519 §4.1.7, RFC 9068 §2.2
 */
export const authorizationOfTokenId = (tokenId: string): string | undefined => {
  const dot = tokenId.lastIndexOf('.');
  return dot > 0 && dot < tokenId.length - 1 ? tokenId.slice(0, dot) : undefined;
};
