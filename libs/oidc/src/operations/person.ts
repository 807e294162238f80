import type { EpochSeconds } from '@portico/endpoint';
import { profileOf } from '../endpoints/get-profile.js';
import type { Policy } from '../policy.js';
import type { Userinfo } from '../userinfo.js';

/** A person in the words of Authing's v2; what is not known, or not to be told, is left out. */
export type Person = Readonly<Record<string, unknown>>;

/** The names of a subject that Authing has besides the subject itself. */
export interface Names {
  readonly id: string;
  readonly userPoolId: string;
  readonly arn: string;
}

/** There is one pool of people, the installation: it has the name of its host. */
export const namesFor = (id: string, { issuer }: Pick<Policy, 'issuer'>): Names => {
  const { hostname: userPoolId } = new URL(issuer);
  return { id, userPoolId, arn: `arn:cn:portico:${userPoolId}:user:${id}` };
};

const milliseconds = 1000;

/**
 * What UserInfo tells, with the access token that tells it: the SDK keeps both together, and sends the token from then on.
 * @see OpenID Connect Core 1.0 §5.3.2
 */
export const personOf = (
  userinfo: Userinfo,
  { text, expiresAt }: { readonly text: string; readonly expiresAt: EpochSeconds },
  policy: Pick<Policy, 'issuer'>,
): Person => {
  const { userId: _, ...profile } = profileOf(userinfo);
  return {
    ...profile,
    ...namesFor(userinfo.sub, policy),
    token: text,
    tokenExpiredAt: new Date(expiresAt * milliseconds).toISOString(),
  };
};
