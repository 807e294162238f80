import type { EpochSeconds } from '@portico/endpoint';
import { clientJwt, type ClientJwtNeeds } from '../client-jwt.js';
import type { Client } from '../client.js';
import type { Policy } from '../policy.js';
import type { SubjectFor } from '../subject-identifier.js';
import type { LogoutDelivery } from './logout-delivery.js';

/** What minting a logout token takes. */
export interface LogoutTokenNeeds extends ClientJwtNeeds {
  readonly policy: Pick<Policy, 'issuer'>;
  readonly subjectFor: SubjectFor;
}

/** From what a logout token is minted. */
export interface LogoutTokenOrder {
  readonly client: Client;
  readonly delivery: LogoutDelivery;
  readonly at: EpochSeconds;
}

/** The member of `events` that makes a JWT a logout token. @see OpenID Connect Back-Channel Logout 1.0 §2.4 */
export const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

/** "preferably at most two minutes in the future" @see OpenID Connect Back-Channel Logout 1.0 §4 */
export const logoutTokenSeconds = 120;

/**
 * A logout token: which session of which person has ended, for one client. It is signed, and encrypted, as the ID Tokens of
 * that client are, and has no nonce, so that it is none.
 * @see OpenID Connect Back-Channel Logout 1.0 §2.4, §4, §4.1; RFC 7519 §5.3
 * @throws OAuthError temporarily_unavailable: the client has no key to encrypt for, or no secret to sign with
 */
export const mintLogoutToken = (
  { client, delivery, at }: LogoutTokenOrder,
  needs: LogoutTokenNeeds,
): Promise<string> => {
  const { issuer } = needs.policy;
  const claims = {
    iss: issuer,
    sub: needs.subjectFor(client, delivery.subject),
    aud: client.id,
    iat: at,
    exp: at + logoutTokenSeconds,
    jti: delivery.id,
    sid: delivery.sid,
    events: { [logoutEvent]: {} },
  };
  return clientJwt(claims, { client, kind: 'id_token', at, typ: 'logout+jwt', replicated: { iss: issuer } }, needs);
};
