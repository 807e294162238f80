import { page, redirect, type EndpointReply, type WayBack } from '@portico/endpoint';
import { signedOutCookies, type CookiePolicy } from '@portico/sso';

/** How a logout ends. */
export interface Ended {
  /** What has to be loaded before the browser goes on. @see OpenID Connect Front-Channel Logout 1.0 §3 */
  readonly frames: readonly string[];
  /** Where it goes on; absent where it stays. */
  readonly next?: string | undefined;
  /** For whoever stays. */
  readonly back?: WayBack;
  readonly uiLocales?: string | undefined;
}

/**
 * The answer to a browser in which nobody is signed in any more: on to the client at once, or first a page that lets the
 * others know.
 * @see OpenID Connect RP-Initiated Logout 1.0 §2, §3; OpenID Connect Front-Channel Logout 1.0 §3
 */
export const loggedOut = ({ frames, next, back, uiLocales }: Ended, policy: CookiePolicy): EndpointReply => {
  const cookies = signedOutCookies(policy);
  if (next !== undefined && frames.length === 0) return redirect(next, { cookies });
  const model = {
    name: 'logged-out' as const,
    ...(next === undefined ? back && { back } : { next }),
    ...(frames.length > 0 && { frames: [...frames] }),
  };
  return page(200, model, { cookies, uiLocales });
};
