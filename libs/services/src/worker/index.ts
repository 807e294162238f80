import { connectNats, natsBus } from '@portico/bus';
import { closeDatabase, registrations } from '@portico/postgres';
import { openQueue } from '@portico/queue';
import { systemClock } from '@portico/endpoint';
import { databasePart, reachDatabase, whenMigrated } from '../common/adapters.js';
import { openApp } from '../common/app.js';
import { boot, type Boot } from '../common/boot.js';
import { argon2Passwords } from '../common/passwords.js';
import { readDocument } from '../common/read-document.js';
import { clientSecretKeyFor } from '../common/secret.js';
import { setUp } from '../common/set-up.js';
import { complainTo, startWork } from './work.js';

/** Runs the worker; it also applies PORTICO_CONFIG and seeds the demo where PORTICO_DEMO says so. */
export const bootWorker = (): Promise<void> =>
  boot('worker', { requires: [['DATABASE_URL'], ['NATS_URL']], start: startWorker });

const startWorker = async (boot: Boot): Promise<void> => {
  const { config, log, atEnd } = boot;
  const { DATABASE_URL: url = '', NATS_URL = '', QUEUE_URL = url } = config;
  const database = await reachDatabase(url, boot);
  atEnd(() => closeDatabase(database));
  const nats = await connectNats({ url: NATS_URL, name: 'portico-worker' });
  atEnd(() => nats.close());

  let works = false;
  const parts = [
    databasePart(database),
    { name: 'bus', isUp: () => nats.isConnected() },
    { name: 'work', isUp: () => works },
  ];
  const app = await openApp(boot, { parts, port: config.PORTICO_HEALTH_PORT });
  await whenMigrated(database, boot);
  await setUp(config, {
    registrations: registrations(database),
    passwords: argon2Passwords(),
    clientSecretKey: clientSecretKeyFor(config),
    readDocument,
    clock: systemClock,
  });
  const queue = await openQueue({ url: QUEUE_URL, complain: complainTo(log) });
  await startWork({ database, bus: natsBus(nats), queue }, boot);
  works = true;
  log.info({ health: await app.getUrl() }, 'ready');
};
