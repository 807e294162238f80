import type { Site } from '@portico/contracts';

/** What holds for every client of the installation; its issuer is that of OpenID Connect. @see OpenID Connect Discovery 1.0 §3 (issuer) */
export interface Policy extends Site {
  /** For so long the same old refresh token gets the same successor again. */
  readonly refreshReplaySeconds: number;
  /** For so long the key set may be cached, and what is told of the provider. @see OpenID Connect Core 1.0 §10.1.1 */
  readonly keysMaxAgeSeconds: number;
}
