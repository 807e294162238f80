import type { Clock } from '@portico/endpoint';
import {
  establishInstallationKey,
  establishKeys,
  establishPasswordKey,
  keySetAt,
  openKeys,
  type InstallationKeyName,
  type InstallationKeyStore,
  type KeySet,
  type KeyStore,
  type OpenedKey,
  type PasswordKey,
  type PasswordKeyStore,
  type SealKey,
  type StoredKey,
} from '@portico/jwt';
import type { Boot } from './boot.js';

/** The keys of the installation, as this process holds them. */
export interface Keys {
  /** As they are now: a key whose time has come signs. */
  readonly current: () => KeySet;
  /** What was read last of them. */
  readonly stored: () => readonly StoredKey[];
  /** To which clients encrypt passwords. */
  readonly password: () => PasswordKey;
  /** What outlives the installation's secret; zeros before `establish` has ended. */
  readonly lasting: Readonly<Record<InstallationKeyName, Uint8Array>>;
  /** Reads the keys; the first process of an installation makes them. */
  readonly establish: () => Promise<void>;
  /** Reads those that sign once more; whoever asks meanwhile waits for the next reading. */
  readonly readAnew: () => Promise<void>;
  /** Reads them again and again, until the process ends; while that fails, what was read last holds. */
  readonly follow: (boot: Pick<Boot, 'log' | 'atEnd'>, everyMs: () => number) => void;
}

interface KeysNeeds {
  readonly keys: KeyStore;
  readonly passwordKeys: PasswordKeyStore;
  readonly installationKeys: InstallationKeyStore;
  readonly sealKey: SealKey;
  /** What an installation begins with that keeps none yet. */
  readonly first: Readonly<Record<InstallationKeyName, Uint8Array>>;
  readonly clock: Clock;
}

/** The keys in these stores; none is held before `establish` has ended. */
export const heldKeys = (needs: KeysNeeds): Keys => {
  const held = heldKeySet(needs);
  const lasting = { pairwise: new Uint8Array(32), refresh: new Uint8Array(32) };
  let password: PasswordKey | undefined;
  const readAnew = oneAtATime(async () => held.take(await needs.keys.list()));
  return {
    current: held.current,
    stored: held.stored,
    password: () => {
      if (!password) throw new Error('the password key is not established yet');
      return password;
    },
    lasting,
    establish: async () => {
      password = await establishPasswordKey(needs);
      for (const name of ['pairwise', 'refresh'] as const)
        lasting[name].set(await establishInstallationKey(name, needs.first[name], needs));
      held.take(await establishKeys(needs));
    },
    readAnew,
    follow: (boot, everyMs) => repeat(readAnew, everyMs, boot),
  };
};

/** Opens keys only where something has changed: that costs more than reading them. */
const heldKeySet = ({ sealKey, clock }: Pick<KeysNeeds, 'sealKey' | 'clock'>) => {
  let opened: readonly OpenedKey[] | undefined;
  let seen = '';
  let now: { readonly set: KeySet; readonly at: number } | undefined;
  return {
    take: (stored: readonly StoredKey[]): void => {
      const text = JSON.stringify(stored);
      if (text === seen) return;
      opened = openKeys(stored, sealKey);
      seen = text;
      now = undefined;
    },
    stored: (): readonly StoredKey[] => opened?.map(({ stored }) => stored) ?? [],
    current: (): KeySet => {
      if (!opened) throw new Error('the key set is not established yet');
      const at = clock();
      if (now?.at !== at) now = { set: keySetAt(opened, at), at };
      return now.set;
    },
  };
};

/** One reading at a time, and one that waits: it sees what whoever waits for it has heard of. */
const oneAtATime = (work: () => Promise<void>): (() => Promise<void>) => {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | undefined;
  const after = async (before: Promise<unknown>): Promise<void> => {
    await before.catch(() => undefined);
    next = undefined;
    const mine = work();
    running = mine;
    return mine;
  };
  return () => (next ??= after(running));
};

const repeat = (
  work: () => Promise<void>,
  everyMs: () => number,
  { log, atEnd }: Pick<Boot, 'log' | 'atEnd'>,
): void => {
  let timer: NodeJS.Timeout;
  let isOver = false;
  const wait = (): void => {
    if (!isOver) timer = setTimeout(again, everyMs());
  };
  const again = (): void =>
    void work()
      .catch((error: unknown) => log.warn({ err: error }, 'keys are not read'))
      .then(wait);
  wait();
  atEnd(() => {
    isOver = true;
    clearTimeout(timer);
    return Promise.resolve();
  });
};
