import type { Type } from '@nestjs/common';
import { connectNats, followRevocations, NatsTransport } from '@portico/bus';
import type { ServiceName } from '@portico/contracts';
import { closeDatabase } from '@portico/postgres';
import { adaptersOn, databasePart, reachDatabase, whenMigrated } from './adapters.js';
import { AdaptersModule } from './adapters.module.js';
import { answerThrough, openApp } from './app.js';
import { boot, type Boot } from './boot.js';
import { eventsOf } from './events.js';
import { measureBus, measureCalls } from './metrics/bus.js';
import { measured } from './metrics/revocations.js';
import { keysReadMs } from './rotation.js';
import { installationSecret, withPrevious } from './secret.js';

/** Runs one of the services behind the gateway: it answers its endpoints over NATS and probes over HTTP. */
export const bootService = (name: ServiceName, module: Type): Promise<void> =>
  boot(name, {
    requires: [['DATABASE_URL'], ['NATS_URL'], ['PORTICO_SECRET', 'PORTICO_SECRET_FILE']],
    start: (boot) => startService(boot, module),
  });

const startService = async (boot: Boot, module: Type): Promise<void> => {
  const { name, config, log, metrics, traces, atEnd } = boot;
  const secrets = await withPrevious(await installationSecret(config), config);
  const database = await reachDatabase(config.DATABASE_URL ?? '', boot);
  atEnd(() => closeDatabase(database));
  const nats = await connectNats({ url: config.NATS_URL ?? '', name, tracing: traces, events: eventsOf(config) });
  atEnd(() => nats.close());
  measureBus(metrics, nats);

  const staleAfterMs = () => adapters.settings.current().revocation_staleness_ms;
  const feed = followRevocations(nats, { staleAfterMs, maxEntries: config.PORTICO_REVOCATION_ENTRIES });
  atEnd(() => feed.stop());
  const revocations = { ...measured(feed, { metrics, staleAfterMs }), tell: feed.tell };
  const adapters = adaptersOn(database, { config, log, metrics, ...secrets, revocations });
  let answers = false;
  const app = await openApp(boot, {
    imports: [AdaptersModule.on(adapters), module],
    parts: [
      databasePart(database),
      { name: 'bus', isUp: () => nats.isConnected() },
      { name: 'endpoints', isUp: () => answers },
    ],
  });
  await whenMigrated(database, boot);
  await adapters.keys.establish();
  await adapters.settings.follow(boot);
  adapters.keys.follow(boot, () => keysReadMs(adapters.settings.current()));
  const transport = new NatsTransport(nats);
  measureCalls(metrics, transport);
  await answerThrough(transport, app, boot);
  // Before the probes close: they tell that nothing new is taken.
  atEnd(() => transport.close());
  answers = true;
  log.info({ health: await app.getUrl() }, 'ready');
};
