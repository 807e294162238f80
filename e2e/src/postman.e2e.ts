import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { work, type Collection, type Variables } from './postman.js';
import { origin } from './provider.js';
import { password } from './setup/declaration.js';

// The file that people import, not the source from which it is written.
const file = new URL('../../docs/postman/portico.postman_collection.json', import.meta.url);
const { item: folders, variable } = JSON.parse(readFileSync(file, 'utf8')) as Collection;

/** As Postman has them after the import, and what everyone must set: where the provider is, and a password. */
const imported = (): Variables =>
  new Map([...variable.map(({ key, value }) => [key, value] as const), ['origin', origin], ['password', password]]);

describe('docs/postman', () => {
  it.each(folders.map(({ name, item }) => [name, item] as const))(
    '%s: every request is answered with the status that its script expects',
    async (_, items) => {
      expect(items.length).toBeGreaterThan(0);
      await work(items, imported());
    },
  );
});
