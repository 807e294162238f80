import { redirect } from '@portico/endpoint';
import type { ResponseMode } from './response-mode.js';

/** In the fragment, which no server sees. @see OAuth 2.0 Multiple Response Type Encoding Practices §2.1 */
export const fragment: ResponseMode = {
  name: 'fragment',
  reply: (redirectUri, params) => redirect(`${redirectUri}#${new URLSearchParams(params).toString()}`),
};
