import { settingsSchema, type Settings } from '@portico/config';
import { clientMetadataSchema, type ClientMetadata } from '@portico/oidc';
import { claimsSchema, type Claims } from '@portico/sso';
import { z } from 'zod';

/** Reads a text file that a declaration names; throws where it cannot. */
export type ReadFile = (path: string) => string;

const longestBytes = 1024;
const short = (text: string): boolean => new TextEncoder().encode(text).length <= longestBytes;

/** @see RFC 6749 Appendix A.2: visible ASCII characters and the space */
const clientSecret = z
  .string()
  .regex(/^[\x20-\x7e]+$/, 'must be ASCII characters without control characters, at least one')
  .max(longestBytes);

/** What a person signs in with, in UTF-8; longer ones are refused before they are hashed. */
export const passwordSchema = z.string().min(1).refine(short, `must have at most ${longestBytes} bytes`);

/** An argon2id hash in PHC form. @see RFC 9106 */
const argon2Hash = z
  .string()
  .regex(
    /^\$argon2id\$v=19\$m=\d{1,6},t=\d{1,2},p=\d{1,2}\$[A-Za-z0-9+/]{11,}\$[A-Za-z0-9+/]{16,}$/,
    'must be an argon2id hash in PHC form ($argon2id$v=19$m=…,t=…,p=…$salt$hash)',
  )
  .max(512);

/** @see RFC 6749 §2.2 */
const clientId = z.string().regex(/^[A-Za-z0-9._~-]{1,128}$/, 'must be 1 to 128 characters of A-Z a-z 0-9 . _ ~ -');

/** A name to sign in with: no white space, no invisible characters. */
const username = z
  .string()
  .max(256)
  .regex(/^[^\s\p{C}]+$/u, 'must have no white space and no invisible characters, and at least one character');

/** @see OpenID Connect Core 1.0 §2 (sub): at most 255 ASCII characters */
const subject = z.string().regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters');

const textIn = (path: string, readFile: ReadFile): string | undefined => {
  try {
    return readFile(path).replace(/\r?\n$/, '');
  } catch {
    return undefined;
  }
};

/** A setting whose value is the content of a file, without the newline at its end. */
const contentOf = (readFile: ReadFile, schema: z.ZodType<string, string>) =>
  z
    .string()
    .min(1)
    .transform((path, { issues }) => {
      const text = textIn(path, readFile);
      if (text) return text;
      const fault = text === '' ? 'is empty' : 'cannot be read';
      issues.push({ code: 'custom', message: `names a file that ${fault}`, input: path });
      return z.NEVER;
    })
    .pipe(schema);

/** A client's access key: an id, and a secret of its own. */
const accessKeySchema = (readFile: ReadFile) =>
  z.strictObject({
    access_key: clientId,
    secret: clientSecret.optional(),
    secret_file: contentOf(readFile, clientSecret).optional(),
    secret_hash: argon2Hash.optional(),
    disabled: z.boolean().optional(),
  });

/** The settings of an access key. @see RFC 6749 §4.4 */
export const accessKeySettings: readonly string[] = Object.keys(accessKeySchema(() => '').shape);

const clientSchema = (readFile: ReadFile) =>
  z.strictObject({
    client_id: clientId.optional(),
    client_secret: clientSecret.optional(),
    client_secret_file: contentOf(readFile, clientSecret).optional(),
    client_secret_hash: argon2Hash.optional(),
    access_keys: z.array(accessKeySchema(readFile)).max(100).optional(),
    ...clientMetadataSchema.shape,
    // Its standard value is for clients with the code grant (RFC 7591 §2).
    response_types: clientMetadataSchema.shape.response_types.unwrap().optional(),
  });

const accountSchema = (readFile: ReadFile) =>
  z.strictObject({
    username,
    password: passwordSchema.optional(),
    password_file: contentOf(readFile, passwordSchema).optional(),
    password_hash: argon2Hash.optional(),
    subject: subject.optional(),
    ...claimsSchema.shape,
  });

/** The schema of `portico.yaml`. */
export const declarationSchema = (readFile: ReadFile) =>
  z.strictObject({
    clients: z.array(clientSchema(readFile)).default([]),
    accounts: z.array(accountSchema(readFile)).default([]),
    settings: settingsSchema.default({}),
  });

/** A secret as it was given: in clear text, to be hashed, or hashed already. */
export type Given = { readonly text: string } | { readonly hash: string };

/** An access key as it shall be; where `disabled` is left out, it stays as it is. */
export interface DeclaredAccessKey {
  readonly id: string;
  readonly secret: Given;
  readonly disabled?: boolean;
}

/** A client as it shall be. */
export interface DeclaredClient {
  readonly id: string;
  readonly metadata: ClientMetadata;
  /** Absent for a public client. */
  readonly secret?: Given;
  /** Those of its access keys that are named. */
  readonly accessKeys?: readonly DeclaredAccessKey[];
}

/** An account as it shall be; without a password it keeps the one it has. */
export interface DeclaredAccount {
  readonly username: string;
  readonly claims: Claims;
  readonly subject?: string;
  readonly password?: Given;
}

/** What a `portico.yaml` says there shall be; what it does not name is left alone. */
export interface Declaration {
  readonly clients: readonly DeclaredClient[];
  readonly accounts: readonly DeclaredAccount[];
  /** Those that the file names. */
  readonly settings: Partial<Settings>;
}
