import { json, type Endpoint } from '@portico/endpoint';
import type { KeySet } from '@portico/jwt';
import type { Policy } from '../policy.js';

/** What telling of a provider takes. */
export interface DiscoveryNeeds {
  readonly keys: () => KeySet;
  readonly policy: Policy;
  readonly metadata: (policy: Policy, keys: KeySet) => Record<string, unknown>;
}

/** The provider's metadata. @see OpenID Connect Discovery 1.0 §4, RFC 8414 §3 */
export const discoveryEndpoint =
  ({ keys, policy, metadata }: DiscoveryNeeds): Endpoint =>
  () =>
    Promise.resolve(
      json(200, metadata(policy, keys()), { headers: { 'cache-control': 'public, max-age=300', pragma: '' } }),
    );
