import { json, MalformedRequest, single, type Endpoint, type EndpointReply } from '@portico/endpoint';
import { isEncrypted, unverifiedJwt, verifyJwt, type JwtClaims } from '@portico/jwt';
import type { ReportNeeds } from '@portico/sso';
import { activeOrSelfContained, type ActiveTokenNeeds } from '../active-token.js';
import { deliver } from '../delivery.js';
import { faceOf, type Face } from '../face.js';
import { idTokenHint, type IdTokenHintNeeds } from '../id-token-hint.js';
import { describedToken, type DescribedTokenNeeds } from '../described-token.js';

/** What validating a token for its holder takes. */
export interface ValidateTokenNeeds extends ActiveTokenNeeds, IdTokenHintNeeds, DescribedTokenNeeds, ReportNeeds {
  readonly face: Face;
}

// The SDKs hand the body on and throw at any status but 2xx.
const refused = (message: string): EndpointReply => json(200, { code: 400, message });

/**
 * What an access token or an ID Token of OpenID Connect holds, while it holds. Authing's: whoever has the token may ask,
 * for it tells them no more than they could read themselves.
 * @see RFC 7662 §4 (the standard's way)
 */
export const validateTokenEndpoint =
  (needs: ValidateTokenNeeds): Endpoint =>
  async (request) => {
    try {
      const { access_token: accessToken, id_token: idToken } = single(request, ['access_token', 'id_token']);
      if ((accessToken === undefined) === (idToken === undefined))
        return refused('access_token 和 id_token 必须传入一个，且只能传入一个');
      const [kind, text] = accessToken === undefined ? ['id_token', idToken ?? ''] : ['access_token', accessToken];
      const claims = kind === 'id_token' ? await idTokenClaims(text, needs) : await accessTokenClaims(text, needs);
      if (claims) return json(200, { ...claims });
      return refused(unverifiedJwt(text) ? `${kind} 不合法` : `${kind} 格式有误`);
    } catch (error) {
      if (error instanceof MalformedRequest) return refused(`${error.parameter} 只能传入一次`);
      return deliver(error, { to: 'json' }, { request, report: needs.report });
    }
  };

const idTokenClaims = async (text: string, needs: ValidateTokenNeeds): Promise<JwtClaims | undefined> => {
  const claims = isEncrypted(text) ? undefined : await idTokenHint(text, needs);
  return typeof claims?.exp === 'number' && claims.exp > needs.clock() ? claims : undefined;
};

const accessTokenClaims = async (text: string, needs: ValidateTokenNeeds): Promise<JwtClaims | undefined> => {
  const active = await activeOrSelfContained(text, needs);
  if (!active) return undefined;
  if ('claims' in active) return active.claims;
  const { held } = active;
  if (held.token.kind !== 'access_token' || faceOf(held.authorization) !== needs.face) return undefined;
  if (held.token.format === 'opaque') return describedToken(held, needs);
  return verifyJwt(text, needs.keys(), { typ: 'at+jwt', issuer: needs.face.issuer(needs.policy) });
};
