import type { ClientSecretKey } from '@portico/admin';
import type { Config } from '@portico/config';
import { Secret } from '@portico/config';
import { deriveKey, randomSecret } from '@portico/endpoint';
import type { InstallationKeyName, SealKeys } from '@portico/jwt';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

type PreviousConfig = Pick<Config, 'PORTICO_SECRET_PREVIOUS' | 'PORTICO_SECRET_PREVIOUS_FILE'>;
type SecretConfig = Pick<Config, 'PORTICO_SECRET' | 'PORTICO_SECRET_FILE'>;

/** The secret of the installation cannot be had. */
class NoSecret extends Error {
  override readonly name = 'NoSecret';
}

/** The secret of the installation, as the environment gives it; every service needs the same. @throws NoSecret */
export const installationSecret = async (config: SecretConfig): Promise<Secret> => {
  if (config.PORTICO_SECRET) return config.PORTICO_SECRET;
  if (config.PORTICO_SECRET_FILE) return secretIn('PORTICO_SECRET_FILE', config.PORTICO_SECRET_FILE);
  throw new NoSecret('PORTICO_SECRET or PORTICO_SECRET_FILE is required: the same for every service');
};

/** On a laptop: the one of the environment, or the one in the data folder, made there at first. @throws NoSecret */
export const ownSecret = async (config: SecretConfig & Pick<Config, 'PORTICO_DATA_DIR'>): Promise<Secret> => {
  if (config.PORTICO_SECRET || config.PORTICO_SECRET_FILE) return installationSecret(config);
  const file = join(config.PORTICO_DATA_DIR, 'secret');
  await mkdir(config.PORTICO_DATA_DIR, { recursive: true });
  await create(file);
  return secretIn('PORTICO_SECRET_FILE', file);
};

/** Complete or not at all, and never over one that is there: what it has sealed would be lost. */
const create = async (file: string): Promise<void> => {
  const draft = `${file}.${process.pid}.${randomSecret().slice(0, 8)}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${randomSecret()}\n`);
    await handle.sync();
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await handle.close();
    await rm(draft, { force: true });
  }
};

const shortest = 32;

const secretIn = async (setting: string, file: string): Promise<Secret> => {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new NoSecret(`${setting} ${file} cannot be read`, { cause });
  });
  const secret = text.trim();
  if (secret.length < shortest) throw new NoSecret(`${setting} ${file} holds fewer than ${shortest} characters`);
  return new Secret(secret);
};

/** The secret of the installation and, while it changes, the one before. */
export interface Secrets {
  readonly secret: Secret;
  readonly previous?: Secret | undefined;
}

/** The same secret with the one before, where the environment gives one. @throws NoSecret */
export const withPrevious = async (secret: Secret, config: PreviousConfig): Promise<Secrets> => {
  const { PORTICO_SECRET_PREVIOUS: given, PORTICO_SECRET_PREVIOUS_FILE: file } = config;
  if (given) return { secret, previous: given };
  return file ? { secret, previous: await secretIn('PORTICO_SECRET_PREVIOUS_FILE', file) } : { secret };
};

/** What seals private keys, and the client secrets of which keys are made. */
export const sealKeysOf = ({ secret, previous }: Secrets): SealKeys => {
  const secrets = previous ? [secret, previous] : [secret];
  const keys = (purpose: string) => secrets.map((one) => deriveKey(one.reveal(), purpose));
  return { keys: keys('seal'), clientSecrets: keys('client-secrets') };
};

/** The keys that an installation keeps from its first start on; they come from the secret that it had then. */
export const firstKeysOf = ({ secret, previous = secret }: Secrets): Record<InstallationKeyName, Uint8Array> => ({
  pairwise: deriveKey(previous.reveal(), 'pairwise'),
  refresh: deriveKey(previous.reveal(), 'refresh'),
});

/** The secrets for whoever administers: on a laptop they are our own. @throws NoSecret */
export const secretsFor = async (
  config: SecretConfig & PreviousConfig & Pick<Config, 'PORTICO_DATA_DIR' | 'DATABASE_URL'>,
): Promise<Secrets> =>
  withPrevious(await (config.DATABASE_URL ? installationSecret(config) : ownSecret(config)), config);

/** What seals them for whoever registers clients: the secret is asked for when it is needed, and on a laptop it is our own. */
export const clientSecretKeyFor =
  (config: Parameters<typeof secretsFor>[0]): ClientSecretKey =>
  async () =>
    sealKeysOf(await secretsFor(config)).clientSecrets;
