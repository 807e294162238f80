import type { EndpointRequest, EpochSeconds } from '@portico/endpoint';
import { activeToken, type ActiveTokenNeeds } from '../active-token.js';
import { bearerToken } from '../bearer-token.js';
import { describedToken, type DescribedTokenNeeds } from '../described-token.js';
import { faceOf, type Face } from '../face.js';
import { namesFor, type Names } from './person.js';

/** What telling whether an access token holds takes. */
export interface LoginStatusNeeds extends ActiveTokenNeeds, DescribedTokenNeeds {
  readonly face: Face;
}

/** Since when and until when a person's access token holds. @see RFC 7662 §2.2 (iat, exp) */
export interface LoginStatus {
  readonly iat: EpochSeconds;
  readonly exp: EpochSeconds;
  readonly person: Names;
}

/**
 * Whether an access token holds, for its holder; undefined where it does not, or is nobody's.
 * @see RFC 7662 §2.2 (active)
 * @throws OAuthError invalid_request: more than one token
 */
export const loginStatus =
  (needs: LoginStatusNeeds) =>
  async (token: string | undefined, request: EndpointRequest): Promise<LoginStatus | undefined> => {
    const text = token ?? bearerToken(request);
    const held = text === undefined ? undefined : await activeToken(text, needs);
    if (held?.token.kind !== 'access_token' || faceOf(held.authorization) !== needs.face) return undefined;
    if (held.authorization.subject === undefined) return undefined;
    const { sub } = await describedToken(held, needs);
    if (typeof sub !== 'string') return undefined;
    return { iat: held.token.issuedAt, exp: held.token.expiresAt, person: namesFor(sub, needs.policy) };
  };
