import { empty, json, type Endpoint } from '@portico/endpoint';
import type { Account, AccountStore, ReportNeeds } from '@portico/sso';
import { activeToken, type ActiveTokenNeeds } from '../active-token.js';
import type { AccessToken, Held } from '../authorization.js';
import { bearerToken } from '../bearer-token.js';
import { claimsFor } from '../claims.js';
import { deliver } from '../delivery.js';
import { OAuthError } from '../errors.js';

/** What the UserInfo endpoint takes. */
export interface UserinfoNeeds extends ActiveTokenNeeds, ReportNeeds {
  readonly accounts: AccountStore;
}

/**
 * The UserInfo endpoint, by GET and by POST.
 * @see OpenID Connect Core 1.0 §5.3, RFC 6750 §3
 */
export const userinfoEndpoint =
  (needs: UserinfoNeeds): Endpoint =>
  async (request) => {
    try {
      const text = bearerToken(request);
      // RFC 6750 §3.1: without any token the challenge says no more than that one is needed.
      if (text === undefined) return empty(401, { headers: { 'www-authenticate': 'Bearer realm="portico"' } });
      const { token, authorization } = await accessTokenOf(text, needs);
      if (!token.scope.includes('openid'))
        throw new OAuthError('insufficient_scope', 'The access token must have the scope openid');
      const account = await accountOf(authorization.subject, needs);
      return json(200, { sub: account.subject, ...claimsFor(account, token.scope) });
    } catch (error) {
      return deliver(error, { to: 'json', challenge: 'Bearer' }, { request, report: needs.report });
    }
  };

const refused = (): OAuthError =>
  new OAuthError('invalid_token', 'The access token is unknown, has expired or was revoked');

const accessTokenOf = async (text: string, needs: UserinfoNeeds): Promise<Held<AccessToken>> => {
  const held = await activeToken(text, needs);
  if (held?.token.kind !== 'access_token') throw refused();
  return held as Held<AccessToken>;
};

const accountOf = async (subject: string | undefined, { accounts }: UserinfoNeeds): Promise<Account> => {
  const account = subject === undefined ? undefined : await accounts.find(subject);
  if (!account) throw refused();
  return account;
};
