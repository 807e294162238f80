import { urlOf } from '@portico/contracts';
import type { Policy } from './policy.js';
import { shownUserCode } from './user-code.js';

/** What a link of a device carries to the page. */
interface Carried {
  readonly userCode: string;
  readonly uiLocales: string | undefined;
}

/**
 * The address of the verification page, or of the picture that leads there, for one device.
 * @see RFC 8628 §3.2 (verification_uri_complete), §3.3.1
 */
export const verificationUri = (
  at: 'device' | 'deviceQr',
  { userCode, uiLocales }: Carried,
  policy: Policy,
): string => {
  const query = { user_code: shownUserCode(userCode), ...(uiLocales === undefined ? {} : { ui_locales: uiLocales }) };
  return `${urlOf(at, policy)}?${new URLSearchParams(query).toString()}`;
};
