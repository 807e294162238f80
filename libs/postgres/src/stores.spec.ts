import type { Fact } from '@portico/contracts';
import { storesSuite, testDatabase } from '@portico/testing';
import {
  accessKeyStore,
  accountStore,
  attemptStore,
  clientStore,
  closeDatabase,
  consentStore,
  deviceStore,
  interactionStore,
  keyStore,
  migrate,
  openDatabase,
  outbox,
  registrations,
  replayStore,
  sessionStore,
  tokenStore,
} from './index.js';

storesSuite('PostgreSQL stores', async () => {
  const { url, remove } = await testDatabase();
  const database = await openDatabase({ url, poolSize: 20, applicationName: 'stores.spec' });
  await migrate(database);
  const facts: Fact[] = [];
  const keep = ({ event, data }: Fact): Promise<void> => {
    facts.push({ event, data } as Fact);
    return Promise.resolve();
  };
  return {
    accessKeys: accessKeyStore(database),
    accounts: accountStore(database),
    attempts: attemptStore(database),
    clients: clientStore(database),
    consents: consentStore(database),
    devices: deviceStore(database),
    interactions: interactionStore(database),
    keys: keyStore(database),
    registrations: registrations(database),
    replays: replayStore(database),
    sessions: sessionStore(database),
    tokens: tokenStore(database),
    facts: async () => {
      while ((await outbox(database).drain(keep, 100)) > 0);
      return facts;
    },
    close: async () => {
      await closeDatabase(database);
      await remove();
    },
  };
});
