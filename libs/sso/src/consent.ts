import type { EpochSeconds } from '@portico/endpoint';

/** The memory of an approval: what one person let one client have. @see OpenID Connect Core 1.0 §3.1.2.4 */
export interface Consent {
  readonly subject: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly at: EpochSeconds;
}
