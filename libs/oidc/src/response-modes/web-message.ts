import { webMessage } from '@portico/endpoint';
import type { ResponseMode } from './response-mode.js';

/**
 * In a message to the window that opened or framed this one, which must be of the redirect URI's origin.
 * @see OAuth 2.0 Web Message Response Mode (draft-sakimura-oauth-wmrm-00) §4
 */
export const webMessageMode: ResponseMode = {
  name: 'web_message',
  reply: (redirectUri, params) => webMessage(new URL(redirectUri).origin, params),
};
