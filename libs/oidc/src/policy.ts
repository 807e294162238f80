/** What holds for every client of the installation. */
export interface Policy {
  /** @see OpenID Connect Discovery 1.0 §3 (issuer) */
  readonly issuer: string;
  /** For so long the same old refresh token gets the same successor again. */
  readonly refreshReplaySeconds: number;
}
