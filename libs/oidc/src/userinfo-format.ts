import type { ClientMetadata } from './client.js';
import { claimsByScope } from './claims.js';
import { spelledOut } from './scope.js';

type Told = Readonly<Record<string, unknown>>;

/** Names and values, as a client is set to read them. @see OpenID Connect Core 1.0 §5.3.2 */
type UserinfoFormat = (claims: Told, scopes: readonly string[]) => Told;

const unsetAddress = { country: null, postal_code: null, region: null, formatted: null };
/** What a claim without a value is told as; all others as null. */
const unset: Told = { gender: 'U', email_verified: false, phone_number_verified: false, address: unsetAddress };

const byScope: Readonly<Partial<Record<string, readonly string[]>>> = claimsByScope;
const isoTime = (seconds: number): string => new Date(seconds * 1000).toISOString();

const formats: Readonly<Record<ClientMetadata['userinfo_format'], UserinfoFormat>> = {
  standard: (claims) => claims,
  // Deviation: every claim of the scopes, with or without a value (docs/adr/0047-userinfo-as-authing-has-it.md).
  authing: (claims, scopes) => {
    const names = spelledOut(scopes).flatMap((scope) => byScope[scope] ?? []);
    const { updated_at: at, address } = claims;
    return {
      ...Object.fromEntries(names.map((name) => [name, unset[name] ?? null])),
      ...claims,
      ...(typeof at === 'number' && { updated_at: isoTime(at) }),
      ...(typeof address === 'object' && { address: { ...unsetAddress, ...address } }),
    };
  },
};

/**
 * User info as its client is set to read it: as the standard has it, or as Authing documents it.
 * @see OpenID Connect Core 1.0 §5.1 (updated_at), §5.3.2 (a claim without a value is left out)
 */
export const formatted = (
  claims: Told,
  scopes: readonly string[],
  { userinfo_format: format }: Pick<ClientMetadata, 'userinfo_format'>,
): Told => formats[format](claims, scopes);
