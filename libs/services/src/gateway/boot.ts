import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { connectNats, natsBus } from '@portico/bus';
import type { Bus } from '@portico/contracts';
import { openApp } from '../common/app.js';
import { boot, type Boot } from '../common/boot.js';
import type { Part } from '../common/health.js';
import type { Log } from '../common/logging.js';
import { demoClient, mountDemo } from '../demo/index.js';
import { gatewayAdapter } from './adapter.js';
import { GatewayModule } from './gateway.module.js';
import type { GatewayNeeds } from './needs.js';

/** Runs the gateway: the public HTTP, with the probes on the same port. */
export const bootGateway = (): Promise<void> => boot('gateway', { requires: [['NATS_URL']], start: startGateway });

const startGateway = async (boot: Boot): Promise<void> => {
  const { config, log, atEnd } = boot;
  const nats = await connectNats({ url: config.NATS_URL ?? '', name: 'portico-gateway' });
  atEnd(() => nats.close());
  const parts = [{ name: 'bus', isUp: () => nats.isConnected() }];
  const app = await openGateway(boot, { bus: natsBus(nats), parts });
  log.info({ health: await app.getUrl() }, 'ready');
};

interface GatewayParts {
  readonly bus: Bus;
  readonly parts: readonly Part[];
  readonly imports?: readonly (Type | DynamicModule)[];
}

/** Opens the public HTTP on a bus; standalone brings the services along. */
export const openGateway = (boot: Boot, { bus, parts, imports = [] }: GatewayParts): Promise<INestApplication> => {
  const {
    PORTICO_ISSUER: issuer,
    PORTICO_PATHS: paths,
    PORTICO_PORT: port,
    PORTICO_TRUST_PROXY: trustProxy,
    PORTICO_DEMO: demo,
  } = boot.config;
  const needs: GatewayNeeds = { bus, issuer, paths, log: requestLog(boot.log) };
  const { client_id: clientId } = demoClient(new URL(issuer).origin);
  return openApp(boot, {
    imports: [GatewayModule.forRoot({ useFactory: () => needs }), ...imports],
    parts,
    adapter: gatewayAdapter({ trustProxy }),
    ...(demo ? { mount: (fastify) => mountDemo(fastify, { issuer, clientId }) } : {}),
    port,
  });
};

const requestLog =
  (log: Log): GatewayNeeds['log'] =>
  (line) =>
    log[line.failure ? 'warn' : 'info'](line, 'request');
