import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { connectNats, natsBus } from '@portico/bus';
import type { Bus } from '@portico/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import { openApp } from '../common/app.js';
import { boot, type Boot } from '../common/boot.js';
import type { Part } from '../common/health.js';
import { countingCalls, measureBus } from '../common/metrics/bus.js';
import { demoClient, mountDemo } from '../demo/index.js';
import { gatewayAdapter } from './adapter.js';
import { endConnectionsAfter } from './http/ending.js';
import { GatewayModule } from './gateway.module.js';
import { countRequests } from './metrics.js';
import type { GatewayNeeds } from './needs.js';

/** Runs the gateway: the public HTTP, with the probes on the same port, and with the numbers on another. */
export const bootGateway = (): Promise<void> => boot('gateway', { requires: [['NATS_URL']], start: startGateway });

const startGateway = async (boot: Boot): Promise<void> => {
  const { name, config, log, metrics, traces, atEnd } = boot;
  const nats = await connectNats({ url: config.NATS_URL ?? '', name, tracing: traces });
  atEnd(() => nats.close());
  measureBus(metrics, nats);
  // While NATS is away every gateway is without it, and says so itself: better than what a proxy says that has none left.
  const parts = [{ name: 'bus', isUp: () => !nats.isRefused() }];
  const { app, health } = await openGateway(boot, { bus: natsBus(nats), parts });
  // Before it closes: the probe says no already, and who has not seen that yet is still answered.
  atEnd(() => pause(config.PORTICO_DRAIN_SECONDS * 1000));
  log.info({ url: await app.getUrl(), health }, 'ready');
};

interface GatewayParts {
  readonly bus: Bus;
  readonly parts: readonly Part[];
  readonly imports?: readonly (Type | DynamicModule)[];
}

interface Gateway {
  readonly app: INestApplication;
  /** Where the probes and the numbers are; the public port has no numbers. */
  readonly health: string;
}

/** Opens the public HTTP on a bus; standalone brings the services along. */
export const openGateway = async (boot: Boot, { bus, parts: others, imports = [] }: GatewayParts): Promise<Gateway> => {
  const {
    PORTICO_ISSUER: issuer,
    PORTICO_PATHS: paths,
    PORTICO_PORT: publicPort,
    PORTICO_TRUST_PROXY: trustProxy,
    PORTICO_DEMO: demo,
  } = boot.config;
  const { traces } = boot;
  const needs: GatewayNeeds = { bus: countingCalls(boot.metrics, bus), issuer, paths, log: requestLog(boot), traces };
  const { client_id: clientId } = demoClient(new URL(issuer).origin);
  let listens = false;
  const parts = [...others, { name: 'public', isUp: () => listens }];
  const probes = await openApp(boot, { parts });
  const app = await openApp(boot, {
    imports: [GatewayModule.forRoot({ useFactory: () => needs }), ...imports],
    parts,
    adapter: gatewayAdapter({ trustProxy }),
    mount: (fastify) => {
      endConnectionsAfter(fastify, boot.stopping);
      if (demo) mountDemo(fastify, { issuer, clientId });
    },
    publicPort,
  });
  listens = true;
  return { app, health: await probes.getUrl() };
};

const requestLog = ({ log, metrics }: Pick<Boot, 'log' | 'metrics'>): GatewayNeeds['log'] => {
  const count = countRequests(metrics);
  return (line) => {
    count(line);
    log[line.failure ? 'warn' : 'info'](line, 'request');
  };
};
