import { webMessage } from '@portico/endpoint';
import type { ResponseMode } from './response-mode.js';

/**
 * In a message to the window that opened or framed this one, which must be of the redirect URI's origin.
 * @see OAuth 2.0 Web Message Response Mode (draft-sakimura-oauth-wmrm-00) §4.1, §5.1, Browser-Based Applications §6.3.3.3
 */
export const webMessageMode: ResponseMode = {
  name: 'web_message',
  // The URI of a native application has the origin `null`, which no window can be named by.
  misfit: ({ redirectUri }) =>
    /^https?:/i.test(redirectUri) ? undefined : 'response_mode=web_message needs an http or https redirect_uri',
  reply: (redirectUri, params) => webMessage(new URL(redirectUri).origin, params),
};
