import { empty, json, jwt, type Endpoint, type EndpointReply } from '@portico/endpoint';
import type { ReportNeeds } from '@portico/sso';
import { bearerToken } from '../bearer-token.js';
import { clientJwt, type ClientJwtNeeds } from '../client-jwt.js';
import { deliver } from '../delivery.js';
import type { Face } from '../face.js';
import type { Policy } from '../policy.js';
import { formatted } from '../userinfo-format.js';
import { userinfoOf, type PersonNeeds, type Userinfo } from '../userinfo.js';

/** What the UserInfo endpoint takes. */
export interface UserinfoNeeds extends PersonNeeds, ClientJwtNeeds, ReportNeeds {
  readonly policy: Policy;
  readonly face: Face;
}

/**
 * The UserInfo endpoint, by GET and by POST.
 * @see OpenID Connect Core 1.0 §5.3, §5.3.1, §5.3.3; RFC 6749 §7; RFC 6750 §3
 */
export const userinfoEndpoint =
  (needs: UserinfoNeeds): Endpoint =>
  async (request) => {
    try {
      const text = bearerToken(request);
      // RFC 6750 §3.1: without any token the challenge says no more than that one is needed.
      if (text === undefined) return empty(401, { headers: { 'www-authenticate': 'Bearer realm="portico"' } });
      return await told(await userinfoOf(text, needs, needs.face), needs);
    } catch (error) {
      return deliver(error, { to: 'json', challenge: 'Bearer' }, { request, report: needs.report });
    }
  };

// §5.3.2: a JWT where the client is registered for one, with the issuer and the client in it.
const told = async ({ sub, claims, client, token }: Userinfo, needs: UserinfoNeeds): Promise<EndpointReply> => {
  const { userinfo_signed_response_alg: signed, userinfo_encrypted_response_alg: encrypted } = client.metadata;
  if (signed === undefined && encrypted === undefined)
    return json(200, { ...formatted(claims, token.scope, client.metadata), sub });
  const complete = { ...claims, sub, iss: needs.face.issuer(needs.policy), aud: client.id };
  return jwt(await clientJwt(complete, { client, kind: 'userinfo', at: needs.clock() }, needs));
};
