import type { Sealed, Seals } from '@portico/jwt';
import { noted } from './audit.js';
import { asPort, type Tables } from './tables.js';

interface Place extends Sealed {
  readonly put: (text: string) => void;
}

const inKeys = ({ keys, passwordKeys, installationKeys }: Tables): Place[] => [
  ...[keys, passwordKeys].flatMap((table: Map<string, { kid: string; sealedPrivateJwk: string }>) =>
    [...table.values()].map((row) => ({
      by: 'keys' as const,
      label: row.kid,
      text: row.sealedPrivateJwk,
      put: (text: string) => void table.set(row.kid, { ...row, sealedPrivateJwk: text }),
    })),
  ),
  ...[...installationKeys].map(([name, text]) => ({
    by: 'keys' as const,
    label: name,
    text,
    put: (made: string) => void installationKeys.set(name, made),
  })),
];

const inClients = ({ clients }: Tables): Place[] =>
  [...clients.keys()].flatMap((id) =>
    (clients.get(id)?.secrets ?? []).flatMap(({ sealed }, index) => {
      if (sealed === undefined) return [];
      const put = (text: string): void => {
        const client = clients.get(id);
        const secrets = client?.secrets.map((secret, at) =>
          at === index && secret.sealed !== undefined ? { ...secret, sealed: text } : secret,
        );
        if (client && secrets) clients.set(id, { ...client, secrets });
      };
      return [{ by: 'clientSecrets' as const, label: id, text: sealed, put }];
    }),
  );

export const seals = (tables: Tables): Seals =>
  asPort<Seals>({
    replace: (make) => {
      const made = [...inClients(tables), ...inKeys(tables)].map((place) => ({ place, text: make(place) }));
      const different = made.filter(({ place, text }) => text !== place.text);
      for (const { place, text } of different) place.put(text);
      if (different.length > 0) noted(tables, { event: 'keys_resealed', detail: { count: different.length } });
      return different.length;
    },
  });
