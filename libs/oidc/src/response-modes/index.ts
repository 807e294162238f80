import { named, type Branded, type Cookie, type EndpointReply, type Registry } from '@portico/endpoint';
import { formPostMode } from './form-post.js';
import { fragment } from './fragment.js';
import { query } from './query.js';
import { webMessageMode } from './web-message.js';
import type { ResponseMode } from './response-mode.js';

/** Every response mode. */
export const responseModes: Registry<ResponseMode> = [query, fragment, formPostMode, webMessageMode];

interface Target {
  readonly redirectUri: string;
  readonly mode: ResponseMode;
  readonly state: string | undefined;
  readonly issuer: string;
  /** What every response there has besides. @see OpenID Connect Session Management 1.0 §2 */
  readonly beside?: { readonly params: Readonly<Record<string, string>>; readonly cookies: readonly Cookie[] };
}

/** Where a response may go: only `redirectTarget` makes one, from a redirect URI that is registered (law 2). */
export type RedirectTarget = Branded<Target, 'RedirectTarget'>;

/** The mode of that name. @see OAuth 2.0 Multiple Response Type Encoding Practices §2.1 */
export const responseMode = (name: string): ResponseMode | undefined => named(responseModes, name);

/**
 * Brings a response, or an error, to the client, with its `state` and our name.
 * @see RFC 6749 §4.1.2, §4.1.2.1, §4.2.2.1, §10.14; RFC 9207 §2; RFC 9700 §4.4.2; OpenID Connect Core 1.0 §3.2.2.6, §3.3.2.6
 */
export const respond = (
  { redirectUri, mode, state, issuer, beside }: RedirectTarget,
  params: Readonly<Record<string, string>>,
): EndpointReply => {
  const told = { ...params, ...beside?.params, ...(state === undefined ? {} : { state }), iss: issuer };
  const reply = mode.reply(redirectUri, told);
  return beside ? { ...reply, cookies: [...reply.cookies, ...beside.cookies] } : reply;
};
