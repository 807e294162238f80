import { z } from 'zod';

const text = z.string().min(1).max(1024);

/** The address claim. @see OpenID Connect Core 1.0 §5.1.1 */
export const addressSchema = z.strictObject({
  formatted: text.optional(),
  street_address: text.optional(),
  locality: text.optional(),
  region: text.optional(),
  postal_code: text.optional(),
  country: text.optional(),
});

/** What is known of a person, by the names under which it is told. @see OpenID Connect Core 1.0 §5.1 */
export const claimsSchema = z.strictObject({
  name: text.optional(),
  given_name: text.optional(),
  family_name: text.optional(),
  middle_name: text.optional(),
  nickname: text.optional(),
  preferred_username: text.optional(),
  profile: z.url().optional(),
  picture: z.url().optional(),
  website: z.url().optional(),
  email: z.email().optional(),
  email_verified: z.boolean().optional(),
  gender: text.optional(),
  birthdate: z
    .string()
    .regex(/^(\d{4}|0000)(-\d{2}-\d{2})?$/, 'must be YYYY, YYYY-MM-DD or 0000-MM-DD')
    .optional(),
  zoneinfo: text.optional(),
  locale: text.optional(),
  phone_number: z
    .string()
    .regex(/^\+[1-9]\d{4,14}(;ext=\d+)?$/, 'must be an E.164 number such as +8613800000000')
    .optional(),
  phone_number_verified: z.boolean().optional(),
  address: addressSchema.optional(),
  roles: z.array(text).max(256).optional(),
});

/** The claims kept of a person. @see OpenID Connect Core 1.0 §5.1 */
export type Claims = z.infer<typeof claimsSchema>;

/** A person who can sign in. `subject` never changes and is never given to another. @see OpenID Connect Core 1.0 §2 (sub), §5.7 */
export interface Account {
  readonly subject: string;
  readonly username: string;
  readonly claims: Claims;
  /** When a claim last changed, in epoch seconds. */
  readonly updatedAt: number;
}

/** An account together with what proves that a person is its owner. */
export interface AccountWithPassword {
  readonly account: Account;
  /** An argon2id hash in PHC form, where the account has a password. */
  readonly passwordHash?: string;
}

/** Under what an account signs in; no two accounts share one, not even as different fields. */
export interface Identifier {
  readonly field: 'username' | 'email' | 'phone_number';
  /** As it is compared: see `comparable`. */
  readonly value: string;
}

/** An identifier as it is compared: letters without case, one form of each accented letter. @see Unicode Standard Annex #15 */
export const comparable = (identifier: string): string => identifier.normalize('NFC').toLowerCase();

/** The identifiers of an account, each value once. */
export const identifiersOf = ({ username, claims }: Account): Identifier[] => {
  const fields = { username, email: claims.email, phone_number: claims.phone_number };
  const all = Object.entries(fields).flatMap(([field, text]) =>
    text ? [{ field: field as Identifier['field'], value: comparable(text) }] : [],
  );
  return all.filter(({ value }, index) => all.findIndex((other) => other.value === value) === index);
};
