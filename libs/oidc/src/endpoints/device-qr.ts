import { qrCode, single, type Endpoint } from '@portico/endpoint';
import type { ReportNeeds } from '@portico/sso';
import { deliver } from '../delivery.js';
import { OAuthError } from '../errors.js';
import type { Policy } from '../policy.js';
import { uiLocalesOf } from '../ui-locales.js';
import { readUserCode } from '../user-code.js';
import { verificationUri } from '../verification-uri.js';

/** What the picture takes. */
export interface DeviceQrNeeds extends ReportNeeds {
  readonly policy: Policy;
}

/**
 * `verification_uri_complete` as a picture for a camera. It is drawn for any user code, so that it tells of none whether
 * it exists.
 * @see RFC 8628 §3.3.1
 */
export const deviceQrEndpoint =
  ({ policy, report }: DeviceQrNeeds): Endpoint =>
  (request) => {
    try {
      const { user_code: typed = '', ui_locales: asked } = single(request, ['user_code', 'ui_locales']);
      const userCode = readUserCode(typed);
      if (userCode === undefined) throw new OAuthError('invalid_request', 'user_code must be one that a device shows');
      const uiLocales = uiLocalesOf(asked);
      return Promise.resolve(qrCode(verificationUri('device', { userCode, uiLocales }, policy)));
    } catch (error) {
      return Promise.resolve(deliver(error, { to: 'json' }, { request, report }));
    }
  };
