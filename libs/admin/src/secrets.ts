import { sameText, type EpochSeconds } from '@portico/endpoint';
import { seal, unseal, type SealKey } from '@portico/jwt';
import { needsReadableSecret, type Client, type ClientMetadata, type ClientSecret } from '@portico/oidc';
import type { PasswordHasher } from '@portico/sso';
import type { DeclaredClient, Given } from './declaration.js';
import { fits } from './given.js';

/** Gives the key that seals client secrets; asked only where there is one to be sealed or read. */
export type ClientSecretKey = () => Promise<SealKey>;

/** What keeping client secrets takes. */
export interface SecretNeeds {
  readonly passwords: PasswordHasher;
  readonly clientSecretKey: ClientSecretKey;
}

type Registered = Pick<Client, 'id' | 'metadata'>;

/**
 * A new secret as this client's settings need it: hashed, or sealed where keys are made of it.
 * @see OpenID Connect Core 1.0 §10.1
 */
export const newlyKept = async (
  text: string,
  { client: { id, metadata }, at }: { client: Registered; at: EpochSeconds },
  { passwords, clientSecretKey }: SecretNeeds,
): Promise<ClientSecret> =>
  needsReadableSecret(metadata)
    ? { sealed: seal(text, id, await clientSecretKey()), createdAt: at }
    : { hash: await passwords.hash(text), createdAt: at };

/**
 * The secrets of a declared client. One that still fits is kept with all that were there, in the form that the settings
 * need now; another one replaces them.
 * @see RFC 7591 §2 (client_secret)
 */
export const declaredSecrets = async (
  { id, metadata, secret }: DeclaredClient,
  { before, at }: { before: Client | undefined; at: EpochSeconds },
  needs: SecretNeeds,
): Promise<readonly ClientSecret[]> => {
  if (!secret) return [];
  const kept = before?.secrets ?? [];
  const fitting = await firstFitting(secret, { id, kept }, needs);
  if (fitting)
    return Promise.all(kept.map((one) => inForm(one, { id, metadata, given: one === fitting && secret }, needs)));
  if ('hash' in secret) return [{ hash: secret.hash, createdAt: at }];
  return [await newlyKept(secret.text, { client: { id, metadata }, at }, needs)];
};

// One that rotation lets end fits as well: a file that still bears the old secret does not undo a rotation.
const firstFitting = async (
  given: Given,
  { id, kept }: { id: string; kept: readonly ClientSecret[] },
  needs: SecretNeeds,
): Promise<ClientSecret | undefined> => {
  for (const one of kept) if (await isSame(given, { id, kept: one }, needs)) return one;
  return undefined;
};

const isSame = async (
  given: Given,
  { id, kept }: { id: string; kept: ClientSecret },
  { passwords, clientSecretKey }: SecretNeeds,
): Promise<boolean> => {
  if (kept.sealed === undefined) return fits(given, kept.hash, passwords);
  const text = unseal(kept.sealed, id, await clientSecretKey());
  return 'hash' in given ? passwords.verify(text, given.hash) : sameText(given.text, text);
};

interface Wanted {
  readonly id: string;
  readonly metadata: ClientMetadata;
  /** What was given for this very secret. */
  readonly given: Given | false;
}

// One whose text nobody knows any more stays hashed: it still authenticates, and no key is made of it.
const inForm = async (
  kept: ClientSecret,
  { id, metadata, given }: Wanted,
  { passwords, clientSecretKey }: SecretNeeds,
): Promise<ClientSecret> => {
  const { hash, sealed, ...times } = kept;
  if (needsReadableSecret(metadata)) {
    if (hash === undefined || !given || 'hash' in given) return kept;
    return { sealed: seal(given.text, id, await clientSecretKey()), ...times };
  }
  if (sealed === undefined) return kept;
  return { hash: await passwords.hash(unseal(sealed, id, await clientSecretKey())), ...times };
};
