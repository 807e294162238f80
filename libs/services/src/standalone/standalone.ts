import type { Config } from '@portico/config';
import { localTransport, startEmbeddedPostgres } from '@portico/local';
import { closeDatabase, migrate, registrations } from '@portico/postgres';
import { openQueue } from '@portico/queue';
import { join } from 'node:path';
import { AuthorizeModule } from '../authorize/authorize.module.js';
import { adaptersOn, databasePart, reachDatabase } from '../common/adapters.js';
import { AdaptersModule } from '../common/adapters.module.js';
import { answerThrough } from '../common/app.js';
import { boot, type Boot } from '../common/boot.js';
import { writeText } from '../common/log-lines.js';
import { readDocument } from '../common/read-document.js';
import { keysReadMs } from '../common/rotation.js';
import { ownSecret, withPrevious } from '../common/secret.js';
import { setUp } from '../common/set-up.js';
import { openGateway } from '../gateway/boot.js';
import { IntrospectionModule } from '../introspection/introspection.module.js';
import { SessionModule } from '../session/session.module.js';
import { TokenModule } from '../token/token.module.js';
import { UserinfoModule } from '../userinfo/userinfo.module.js';
import { complainTo, startWork } from '../worker/work.js';
import { welcome } from './welcome.js';

const services = [AuthorizeModule, TokenModule, UserinfoModule, IntrospectionModule, SessionModule];

/** Runs the whole provider in one process: the gateway, every service and the worker. */
export const bootStandalone = (): Promise<void> => boot('standalone', { start: startStandalone });

const startStandalone = async (given: Boot): Promise<void> => {
  const boot = { ...given, config: withDemo(given.config) };
  const { config, log, metrics, atEnd } = boot;
  if (config.NATS_URL) log.warn('NATS_URL is not used: everything is in this process');
  const secrets = await withPrevious(await ownSecret(config), config);
  const url = config.DATABASE_URL ?? (await ownPostgres(boot));
  const database = await reachDatabase(url, boot);
  atEnd(() => closeDatabase(database));
  await migrate(database);

  const adapters = adaptersOn(database, { config, log, metrics, ...secrets });
  await adapters.keys.establish();
  await setUp(config, {
    ...adapters,
    clientSecretKey: () => Promise.resolve(adapters.clientSecretKey),
    readDocument,
    registrations: registrations(database),
  });
  await adapters.settings.follow(boot);
  adapters.keys.follow(boot, () => keysReadMs(adapters.settings.current()));
  const { strategy, bus } = localTransport();
  let works = false;
  const { app, health } = await openGateway(boot, {
    bus,
    parts: [databasePart(database), { name: 'work', isUp: () => works }],
    imports: [AdaptersModule.on(adapters), ...services],
  });
  await answerThrough(strategy, app, boot);
  const opened = () => openQueue({ url: config.QUEUE_URL ?? url, complain: complainTo(log) });
  await startWork({ adapters, bus, openQueue: opened }, boot);
  works = true;
  log.info({ url: await app.getUrl(), health }, 'ready');
  writeText(1, welcome({ issuer: config.PORTICO_ISSUER, demo: config.PORTICO_DEMO }));
};

const withDemo = (config: Config) => ({ ...config, PORTICO_DEMO: config.PORTICO_DEMO ?? !config.PORTICO_CONFIG });

const ownPostgres = async ({ config, log, atEnd }: Boot): Promise<string> => {
  const dataDir = join(config.PORTICO_DATA_DIR, 'postgres');
  const postgres = await startEmbeddedPostgres({ dataDir, log: (line) => log.info(line) });
  atEnd(() => postgres.stop());
  return postgres.url;
};
