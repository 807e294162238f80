import type { Type } from '@nestjs/common';
import { connectNats, NatsTransport } from '@portico/bus';
import type { ServiceName } from '@portico/contracts';
import { closeDatabase } from '@portico/postgres';
import { adaptersOn, databasePart, reachDatabase, whenMigrated } from './adapters.js';
import { AdaptersModule } from './adapters.module.js';
import { answerThrough, openApp } from './app.js';
import { boot, type Boot } from './boot.js';
import { installationSecret } from './secret.js';

/** Runs one of the services behind the gateway: it answers its endpoints over NATS and probes over HTTP. */
export const bootService = (name: ServiceName, module: Type): Promise<void> =>
  boot(name, {
    requires: [['DATABASE_URL'], ['NATS_URL'], ['PORTICO_SECRET', 'PORTICO_SECRET_FILE']],
    start: (boot) => startService(boot, module),
  });

const startService = async (boot: Boot, module: Type): Promise<void> => {
  const { name, config, log, atEnd } = boot;
  const secret = await installationSecret(config);
  const database = await reachDatabase(config.DATABASE_URL ?? '', boot);
  atEnd(() => closeDatabase(database));
  const nats = await connectNats({ url: config.NATS_URL ?? '', name: `portico-${name}` });
  atEnd(() => nats.close());

  const adapters = adaptersOn(database, { config, log, secret });
  let answers = false;
  const app = await openApp(boot, {
    imports: [AdaptersModule.on(adapters), module],
    parts: [
      databasePart(database),
      { name: 'bus', isUp: () => nats.isConnected() },
      { name: 'endpoints', isUp: () => answers },
    ],
    port: config.PORTICO_HEALTH_PORT,
  });
  await whenMigrated(database, boot);
  await adapters.keys.establish();
  await adapters.settings.follow(boot);
  const transport = new NatsTransport(nats);
  await answerThrough(transport, app, log);
  // Before the probes close: they tell that nothing new is taken.
  atEnd(() => transport.close());
  answers = true;
  log.info({ health: await app.getUrl() }, 'ready');
};
