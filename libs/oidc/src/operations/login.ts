import type { EndpointRequest } from '@portico/endpoint';
import type { PasswordKeyNeeds } from '../endpoints/password-key.js';
import { tokenResponse, type TokenNeeds } from '../endpoints/token.js';
import { userinfoOf, type PersonNeeds } from '../userinfo.js';
import { personOf, type Person } from './person.js';

/** What signing in by the SDK's own form takes. */
export interface LoginNeeds extends TokenNeeds, PersonNeeds, PasswordKeyNeeds {}

/** What a person has typed into it. @see RFC 8017 §7.2 */
export interface Credentials {
  readonly identifier: string;
  /** Encrypted to the password key, always. */
  readonly password: string;
}

// Everything that a person's record there shows. No refresh token: there is no place for one in it.
const scope = 'openid profile email phone address username';

/**
 * Signs a person in: the password grant in another envelope, so that whoever may not use the one may not use the other.
 * @see RFC 6749 §4.3
 * @throws OAuthError invalid_client, unauthorized_client, invalid_grant, insufficient_scope
 */
export const login =
  (needs: LoginNeeds) =>
  async ({ identifier, password }: Credentials, request: EndpointRequest): Promise<Person> => {
    const form = {
      grant_type: 'password',
      username: identifier,
      password: needs.passwordKey().decrypt(password),
      scope,
    };
    const params = Object.fromEntries(Object.entries(form).map(([name, value]) => [name, [value]]));
    const { access_token: text } = await tokenResponse({ ...request, params }, needs);
    const userinfo = await userinfoOf(text, needs, needs.face);
    return personOf(userinfo, { text, expiresAt: userinfo.token.expiresAt }, needs.policy);
  };
