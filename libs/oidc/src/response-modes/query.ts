import { redirect } from '@portico/endpoint';
import { asksForTokens } from '../response-types/asks-for-tokens.js';
import type { ResponseMode } from './response-mode.js';

/**
 * In the query of the redirect URI, behind what it has there already; no token, for logs and histories keep it.
 * @see RFC 6749 §4.1.2, §3.1.2; OpenID Connect Core 1.0 §13.1; OAuth 2.0 Multiple Response Type Encoding Practices §3, §5
 */
export const query: ResponseMode = {
  name: 'query',
  misfit: ({ responseType }) =>
    asksForTokens(responseType) ? 'response_mode=query is not allowed for this response_type' : undefined,
  reply: (redirectUri, params) =>
    redirect(`${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${new URLSearchParams(params).toString()}`),
};
