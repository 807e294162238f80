export {
  retentionSeconds,
  revocationIndex,
  type RevocationIndex,
  type RevocationIndexOptions,
  type TokenName,
  type TokenState,
} from './revocation-index.js';
export { earlier, msSince, never, thisMoment, type Moment } from './moment.js';
export { isRevocation, type RevocationFact } from './revocation-fact.js';
export { roundTrips, type RoundTrips } from './round-trips.js';
export { authorizationOfTokenId, tokenIdOf } from './token-id.js';
