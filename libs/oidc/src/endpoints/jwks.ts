import { json, type Endpoint } from '@portico/endpoint';
import type { KeySet } from '@portico/jwt';
import type { Policy } from '../policy.js';

/** What publishing the keys takes. */
export interface JwksNeeds {
  readonly keys: () => KeySet;
  readonly policy: Pick<Policy, 'keysMaxAgeSeconds'>;
}

/** May be cached, and for how long. @see RFC 9111 §5.2.2.1, OpenID Connect Core 1.0 §10.1.1 */
export const cachedFor = ({ keysMaxAgeSeconds }: JwksNeeds['policy']): Record<string, string> => ({
  'cache-control': `public, max-age=${keysMaxAgeSeconds}`,
  pragma: '',
});

/** The public keys. @see OpenID Connect Core 1.0 §10.1.1, RFC 7517 §5, §9.2 */
export const jwksEndpoint =
  ({ keys, policy }: JwksNeeds): Endpoint =>
  () =>
    Promise.resolve(json(200, { ...keys().jwks }, { headers: cachedFor(policy) }));
