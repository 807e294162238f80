import type { EndpointRequest } from '@portico/endpoint';
import { bearerToken } from '../bearer-token.js';
import { OAuthError } from '../errors.js';
import type { Face } from '../face.js';
import type { Policy } from '../policy.js';
import { userinfoOf, type PersonNeeds } from '../userinfo.js';
import { personOf, type Person } from './person.js';

/** What telling who has signed in takes. */
export interface CurrentUserNeeds extends PersonNeeds {
  readonly policy: Policy;
  readonly face: Face;
}

/** The access token of a request. @throws OAuthError invalid_token: there is none */
export const presentedToken = (request: EndpointRequest): string => {
  const text = bearerToken(request);
  if (text === undefined) throw new OAuthError('invalid_token', 'An access token is needed');
  return text;
};

/**
 * The person whose access token it is, and nobody else: an id may be given, but it opens nothing.
 * @see OpenID Connect Core 1.0 §5.3 (the standard's way)
 * @throws OAuthError invalid_token, insufficient_scope
 */
export const currentUser =
  (needs: CurrentUserNeeds) =>
  async (id: string | undefined, request: EndpointRequest): Promise<Person> => {
    const text = presentedToken(request);
    const userinfo = await userinfoOf(text, needs, needs.face);
    checkIsOwn(id, userinfo.sub);
    return personOf(userinfo, { text, expiresAt: userinfo.token.expiresAt }, needs.policy);
  };

/** An access token speaks for its own person alone. @throws OAuthError insufficient_scope */
export const checkIsOwn = (id: string | undefined, sub: string): void => {
  if (id !== undefined && id !== sub)
    throw new OAuthError('insufficient_scope', 'id must be that of the person whose access token it is');
};
