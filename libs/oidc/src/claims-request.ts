import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { OAuthError } from './errors.js';

const claimRequest = z.nullable(
  z.object({
    essential: z.boolean().optional(),
    value: z.unknown().optional(),
    values: z.array(z.unknown()).optional(),
  }),
);

/** How one claim is asked for: by name alone, or with the values that will do. @see OpenID Connect Core 1.0 §5.5.1 */
export type ClaimRequest = z.infer<typeof claimRequest>;

const requests = z.record(z.string(), claimRequest);

/** Claims by name, each with how it is asked for. @see OpenID Connect Core 1.0 §5.5 */
export type ClaimRequests = Readonly<z.infer<typeof requests>>;

const claimsRequest = z.object({ userinfo: requests.nullish(), id_token: requests.nullish() });

/** The claims that a request names one by one. @see OpenID Connect Core 1.0 §5.5 */
export interface ClaimsRequest {
  readonly userinfo?: ClaimRequests;
  readonly id_token?: ClaimRequests;
}

const longestText = 8192;
const deepest = 8;

const isDeep = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeep(inner, levels - 1)));

const refuse = (expected: string): never => {
  throw new OAuthError('invalid_request', `claims must be ${expected}`);
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return refuse('a JSON object');
  }
};

/**
 * Reads the `claims` parameter; members that have no meaning here are left out.
 * @see OpenID Connect Core 1.0 §5.5, §5.5.1
 * @throws OAuthError invalid_request: no JSON of that shape, too long or too deep
 */
export const parseClaims = (text: string): ClaimsRequest => {
  if (text.length > longestText) refuse(`no longer than ${longestText} characters`);
  const value = jsonOf(text);
  if (isDeep(value, deepest)) refuse(`no deeper than ${deepest} levels`);
  const result = claimsRequest.safeParse(value);
  if (!result.success)
    return refuse('an object with userinfo and id_token, in which each claim is null or {essential, value, values}');
  const { userinfo, id_token: idToken } = result.data;
  return { ...(userinfo ? { userinfo } : {}), ...(idToken ? { id_token: idToken } : {}) };
};

/** The values that will do; undefined where every value does. @see OpenID Connect Core 1.0 §5.5.1 */
export const wantedValues = (request: ClaimRequest | undefined): readonly unknown[] | undefined => {
  if (request?.value !== undefined) return [request.value];
  return request?.values;
};

/** Is this what was asked for? @see OpenID Connect Core 1.0 §5.5.1 (value, values) */
export const isWanted = (request: ClaimRequest | undefined, value: unknown): boolean =>
  wantedValues(request)?.some((wanted) => isDeepStrictEqual(wanted, value)) ?? true;
