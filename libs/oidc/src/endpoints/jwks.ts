import { json, type Endpoint } from '@portico/endpoint';
import type { KeySet } from '@portico/jwt';

/** The public keys. @see OpenID Connect Core 1.0 §10.1.1, RFC 7517 §5 */
export const jwksEndpoint =
  ({ keys }: { readonly keys: () => KeySet }): Endpoint =>
  () =>
    Promise.resolve(json(200, { ...keys().jwks }, { headers: { 'cache-control': 'public, max-age=300', pragma: '' } }));
