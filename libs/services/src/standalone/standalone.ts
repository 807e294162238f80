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
import { readDocument } from '../common/read-document.js';
import { ownSecret } from '../common/secret.js';
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
  const { config, log, atEnd } = boot;
  if (config.NATS_URL) log.warn('NATS_URL is not used: everything is in this process');
  const secret = await ownSecret(config);
  const url = config.DATABASE_URL ?? (await ownPostgres(boot));
  const database = await reachDatabase(url, boot);
  atEnd(() => closeDatabase(database));
  await migrate(database);

  const adapters = adaptersOn(database, { config, log, secret });
  await adapters.keys.establish();
  await setUp(config, {
    ...adapters,
    clientSecretKey: () => Promise.resolve(adapters.clientSecretKey),
    readDocument,
    registrations: registrations(database),
  });
  await adapters.settings.follow(boot);
  const { strategy, bus } = localTransport();
  const queue = await openQueue({ url: config.QUEUE_URL ?? url, complain: complainTo(log) });
  const app = await openGateway(boot, {
    bus,
    parts: [databasePart(database)],
    imports: [AdaptersModule.on(adapters), ...services],
  });
  await answerThrough(strategy, app, log);
  await startWork({ database, bus, queue }, boot);
  log.info({ health: await app.getUrl() }, 'ready');
  process.stdout.write(welcome({ issuer: config.PORTICO_ISSUER, demo: config.PORTICO_DEMO }));
};

const withDemo = (config: Config) => ({ ...config, PORTICO_DEMO: config.PORTICO_DEMO ?? !config.PORTICO_CONFIG });

const ownPostgres = async ({ config, log, atEnd }: Boot): Promise<string> => {
  const dataDir = join(config.PORTICO_DATA_DIR, 'postgres');
  const postgres = await startEmbeddedPostgres({ dataDir, log: (line) => log.info(line) });
  atEnd(() => postgres.stop());
  return postgres.url;
};
