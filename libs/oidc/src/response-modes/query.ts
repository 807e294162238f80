import { redirect } from '@portico/endpoint';
import type { ResponseMode } from './response-mode.js';

/** In the query of the redirect URI, behind what it has there already. @see RFC 6749 §4.1.2, §3.1.2 */
export const query: ResponseMode = {
  name: 'query',
  reply: (redirectUri, params) =>
    redirect(`${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${new URLSearchParams(params).toString()}`),
};
