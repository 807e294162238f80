import { json, type Endpoint } from '@portico/endpoint';
import type { KeySet } from '@portico/jwt';
import { metadata } from '../metadata.js';
import type { Policy } from '../policy.js';

/** The provider's metadata. @see OpenID Connect Discovery 1.0 §4, RFC 8414 §3 */
export const discoveryEndpoint =
  ({ keys, policy }: { readonly keys: () => KeySet; readonly policy: Policy }): Endpoint =>
  () =>
    Promise.resolve(
      json(200, metadata(policy, keys()), { headers: { 'cache-control': 'public, max-age=300', pragma: '' } }),
    );
