import { writeFile } from 'node:fs/promises';
import type { Fact } from '@portico/contracts';
import { storesSuite, testDatabase } from '@portico/testing';
import {
  accessKeyStore,
  accountStore,
  attemptStore,
  auditLog,
  clientStore,
  closeDatabase,
  consentStore,
  deviceStore,
  installationKeyStore,
  interactionStore,
  keyStore,
  logoutDeliveries,
  logoutDeliveryStore,
  migrate,
  openDatabase,
  outbox,
  passwordKeyStore,
  publishedRevocations,
  registrations,
  replayStore,
  seals,
  sessionStore,
  tokenStore,
} from './index.js';
import { statementsOf } from './statements.fixture.js';

storesSuite('PostgreSQL stores', async () => {
  const { url, remove } = await testDatabase();
  const database = await openDatabase({ url, poolSize: 20, applicationName: 'stores.spec' });
  const statements = statementsOf(database);
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
    installationKeys: installationKeyStore(database),
    seals: seals(database),
    deliveries: logoutDeliveryStore(database),
    logoutDeliveries: logoutDeliveries(database),
    passwordKeys: passwordKeyStore(database),
    publishedRevocations: publishedRevocations(database),
    registrations: registrations(database),
    auditLog: auditLog(database),
    replays: replayStore(database),
    sessions: sessionStore(database),
    tokens: tokenStore(database),
    facts: async () => {
      while ((await outbox(database).drain(keep, 100)) !== 0);
      return facts;
    },
    close: async () => {
      await keepForNextRelease(statements);
      await closeDatabase(database);
      await remove();
    },
  };
});

/** What the next release is held to (docs/upgrades.md). */
const keepForNextRelease = async (statements: ReadonlySet<string>): Promise<void> => {
  if (process.env.PORTICO_ADD_STATEMENTS !== 'true') return;
  const file = new URL('../statements.snapshot.json', import.meta.url);
  await writeFile(file, `${JSON.stringify([...statements].sort(), null, 2)}\n`);
};
