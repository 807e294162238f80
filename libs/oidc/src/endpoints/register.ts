import { page, single, type Endpoint } from '@portico/endpoint';
import type { ReportNeeds } from '@portico/sso';
import { deliver } from '../delivery.js';
import type { Policy } from '../policy.js';
import type { ClientStore } from '../ports.js';
import { homeOf, signInAt } from '../way-back.js';

/** What answering somebody who looks for a registration takes. */
export interface RegisterNeeds extends ReportNeeds {
  readonly clients: ClientStore;
  readonly policy: Policy;
}

const recognized = ['client_id', 'app_id', 'ui_locales', '_authing_lang'] as const;

/**
 * Says that accounts are made by an administrator, and how to go on; a published SDK opens this address, and names
 * neither itself nor, in its later versions, a language. Authing's.
 * @see OpenID Connect Core 1.0 §4 (where a client begins a sign-in)
 */
export const registerEndpoint =
  (needs: RegisterNeeds): Endpoint =>
  async (request) => {
    try {
      const { client_id, app_id, ui_locales, _authing_lang } = single(request, recognized);
      const id = client_id ?? app_id;
      const client = id === undefined ? undefined : await needs.clients.find(id);
      const ways = client ? { ...signInAt(client, needs.policy.issuer), ...homeOf(client) } : {};
      return page(200, { name: 'register', ...ways }, { uiLocales: ui_locales ?? _authing_lang });
    } catch (error) {
      return deliver(error, { to: 'page' }, { request, report: needs.report });
    }
  };
