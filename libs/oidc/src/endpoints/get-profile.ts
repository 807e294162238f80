import type { Endpoint, EndpointReply, EndpointRequest } from '@portico/endpoint';
import type { ReportNeeds } from '@portico/sso';
import { bearerToken } from '../bearer-token.js';
import { enveloped, envelopedFault } from '../envelope.js';
import { asOAuthError, OAuthError } from '../errors.js';
import { userinfoOf, type PersonNeeds, type Userinfo } from '../userinfo.js';

/** What telling a profile takes. */
export interface GetProfileNeeds extends PersonNeeds, ReportNeeds {}

/**
 * What UserInfo tells, in the words of Authing's v3: the same token, the same scopes, another envelope. A token of
 * either issuer opens it, for it belongs to neither.
 * @see OpenID Connect Core 1.0 §5.3 (the standard's way)
 */
export const getProfileEndpoint =
  (needs: GetProfileNeeds): Endpoint =>
  async (request) => {
    try {
      const text = bearerToken(request);
      if (text === undefined) throw new OAuthError('invalid_token', 'An access token is needed');
      return enveloped(profileOf(await userinfoOf(text, needs)));
    } catch (error) {
      return refused(error, request, needs);
    }
  };

// Deviation: RFC 6750 §3.1 has 401 and 403 as the status; the SDKs read it in the body (docs/adr/0043-refusals-of-authing-v3.md).
const refused = (error: unknown, request: EndpointRequest, { report }: ReportNeeds): EndpointReply => {
  const reply = envelopedFault(error, { request, report });
  if (reply.status >= 500) return reply;
  // RFC 9110 §11.6.1 lets a challenge stand in any answer.
  const challenge = `Bearer realm="portico", error="${asOAuthError(error).error}"`;
  return { ...reply, headers: { ...reply.headers, 'www-authenticate': challenge } };
};

const milliseconds = 1000;
const genders = new Map([
  ['male', 'M'],
  ['M', 'M'],
  ['female', 'F'],
  ['F', 'F'],
]);

/**
 * As in the SDKs' UserDto; what the scope does not tell is undefined, and so left out.
 * @see OpenID Connect Core 1.0 §5.1
 */
export const profileOf = ({ sub, claims }: Userinfo): Record<string, unknown> => ({
  userId: sub,
  status: 'Activated',
  ...namesOf(claims),
  ...reachedBy(claims),
  ...livingAt(claims.address),
  ...(typeof claims.updated_at === 'number'
    ? { updatedAt: new Date(claims.updated_at * milliseconds).toISOString() }
    : {}),
});

type Claims = Userinfo['claims'];

const namesOf = (claims: Claims): Record<string, unknown> => ({
  username: claims.username ?? claims.preferred_username,
  name: claims.name,
  nickname: claims.nickname,
  givenName: claims.given_name,
  familyName: claims.family_name,
  middleName: claims.middle_name,
  preferredUsername: claims.preferred_username,
  photo: claims.picture,
  profile: claims.profile,
  website: claims.website,
  gender: typeof claims.gender === 'string' ? (genders.get(claims.gender) ?? 'U') : undefined,
  birthdate: claims.birthdate,
  zoneinfo: claims.zoneinfo,
  locale: claims.locale,
});

const reachedBy = ({ email, email_verified, phone_number: phone, phone_number_verified }: Claims) => ({
  ...(email === undefined ? {} : { email, emailVerified: email_verified === true }),
  ...(phone === undefined ? {} : { phone, phoneVerified: phone_number_verified === true }),
});

const livingAt = (address: unknown): Record<string, unknown> => {
  if (typeof address !== 'object' || address === null) return {};
  const { formatted, street_address, locality, region, postal_code, country } = address as Record<string, unknown>;
  return {
    address: formatted,
    formatted,
    streetAddress: street_address,
    city: locality,
    region,
    province: region,
    postalCode: postal_code,
    country,
  };
};
