import { hmacSha256 } from '@portico/endpoint';
import type { Held, StoredToken } from '../authorization.js';
import type { Redemption } from './grant.js';

/**
 * A refresh token follows from what it is issued for and a key of ours: whoever lost the answer asks again and gets the
 * same one, while the store holds hashes alone.
 */
export const firstSecret = (code: string, { refreshKey }: Pick<Redemption, 'refreshKey'>): string =>
  hmacSha256(refreshKey, `first ${code}`);

/** Was it consumed by this very request, which is asked again because its answer was lost? (docs/upgrades.md) */
export const isRepetition = ({ token }: Held, { requestId }: Pick<Redemption, 'requestId'>): boolean =>
  token.consumedBy === requestId;

/** The refresh token stands already, so only the new access token is added; false where the authorization has ended. */
export const addedAgain = (
  { authorization }: Held,
  tokens: readonly StoredToken[],
  { tokens: store, by }: Pick<Redemption, 'tokens' | 'by'>,
): Promise<boolean> =>
  store.add(
    authorization.id,
    tokens.filter(({ kind }) => kind === 'access_token'),
    by,
  );
