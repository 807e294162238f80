/**
 * Does a response type, known or not, ask the authorization endpoint itself for tokens? Then what is answered, be it an
 * error, never goes into a query.
 * @see RFC 6749 §4.2.2.1; OAuth 2.0 Multiple Response Type Encoding Practices §2.1, §3, §5; RFC 9700 §4.3.2
 */
export const asksForTokens = (responseType: string): boolean =>
  responseType.split(' ').some((word) => word === 'token' || word === 'id_token');
