import { backlogOf, connectNats, natsBus } from '@portico/bus';
import { closeDatabase, registrations } from '@portico/postgres';
import { openQueue } from '@portico/queue';
import { adaptersOn, databasePart, reachDatabase, whenMigrated } from '../common/adapters.js';
import { openApp } from '../common/app.js';
import { boot, type Boot } from '../common/boot.js';
import { eventsOf } from '../common/events.js';
import { measureBus } from '../common/metrics/bus.js';
import { readDocument } from '../common/read-document.js';
import { keysReadMs } from '../common/rotation.js';
import { installationSecret, withPrevious } from '../common/secret.js';
import { setUp } from '../common/set-up.js';
import { measureFollowers } from './metrics.js';
import { complainTo, startWork } from './work.js';

/** Runs the worker; it also applies PORTICO_CONFIG and seeds the demo where PORTICO_DEMO says so. */
export const bootWorker = (): Promise<void> =>
  boot('worker', {
    requires: [['DATABASE_URL'], ['NATS_URL'], ['PORTICO_SECRET', 'PORTICO_SECRET_FILE']],
    start: startWorker,
  });

/** A queue that is away for long keeps the worker from its jobs, and from nothing else. */
const queueDeadlineMs = 86_400_000;

const startWorker = async (boot: Boot): Promise<void> => {
  const { name, config, log, metrics, atEnd } = boot;
  const { DATABASE_URL: url = '', NATS_URL = '', QUEUE_URL = url } = config;
  const secrets = await withPrevious(await installationSecret(config), config);
  const database = await reachDatabase(url, boot);
  atEnd(() => closeDatabase(database));
  const nats = await connectNats({ url: NATS_URL, name, events: eventsOf(config) });
  atEnd(() => nats.close());
  measureBus(metrics, nats);
  measureFollowers(metrics, backlogOf(nats));

  const adapters = adaptersOn(database, { config, log, metrics, ...secrets });
  let works = false;
  const parts = [
    databasePart(database),
    { name: 'bus', isUp: () => nats.isConnected() },
    { name: 'work', isUp: () => works },
  ];
  const app = await openApp(boot, { parts });
  await whenMigrated(database, boot);
  await setUp(config, {
    ...adapters,
    clientSecretKey: () => Promise.resolve(adapters.clientSecretKey),
    readDocument,
    registrations: registrations(database),
  });
  await adapters.keys.establish();
  await adapters.settings.follow(boot);
  adapters.keys.follow(boot, () => keysReadMs(adapters.settings.current()));
  const opened = () => openQueue({ url: QUEUE_URL, complain: complainTo(log), deadlineMs: queueDeadlineMs });
  await startWork({ adapters, bus: natsBus(nats), openQueue: opened }, boot);
  works = true;
  log.info({ health: await app.getUrl() }, 'ready');
};
