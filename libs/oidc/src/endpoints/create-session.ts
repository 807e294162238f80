import type { Endpoint } from '@portico/endpoint';
import { faultPage, SsoFault, type ReportNeeds } from '@portico/sso';

const refusal =
  'A session does not begin by a token in a link: whoever sends one could sign you in as somebody else. ' +
  'The application must use the authorization endpoint, with prompt=none where nobody is to be asked.';

/**
 * Refuses what an early SDK did: to sign a browser in by a token in the URL. Authing's.
 * Deviation: it is known, and answers nothing but why (docs/adr/0046-no-session-by-link.md).
 * @see RFC 6819 §4.4.1.8 (login CSRF), RFC 6750 §5.3 (no tokens in page URLs)
 */
export const createSessionEndpoint =
  (needs: ReportNeeds): Endpoint =>
  (request) =>
    Promise.resolve(faultPage(new SsoFault(410, 'session_by_link', refusal), request, needs));
