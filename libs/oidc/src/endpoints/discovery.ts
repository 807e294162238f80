import { json, type Endpoint, type EndpointReply } from '@portico/endpoint';
import type { KeySet } from '@portico/jwt';
import type { Policy } from '../policy.js';
import { cachedFor } from './jwks.js';

/** What telling of a provider takes. */
export interface DiscoveryNeeds {
  readonly keys: () => KeySet;
  readonly policy: Policy;
  readonly metadata: (policy: Policy, keys: KeySet) => Record<string, unknown>;
}

/** The provider's metadata. @see OpenID Connect Discovery 1.0 §4.1, §4.2; RFC 8414 §3.1, §3.2 */
export const discoveryEndpoint = ({ keys, policy, metadata }: DiscoveryNeeds): Endpoint => {
  let prepared: { readonly from: string; readonly reply: EndpointReply } | undefined;
  return () => {
    const set = keys();
    // What may change while the process runs.
    const from = `${set.algorithms.join()} ${policy.keysMaxAgeSeconds}`;
    if (prepared?.from !== from)
      prepared = { from, reply: json(200, metadata(policy, set), { headers: cachedFor(policy) }) };
    return Promise.resolve(prepared.reply);
  };
};
