import { Module, type DynamicModule, type INestApplication, type INestMicroservice, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { CustomTransportStrategy, NestMicroservice } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Boot } from './boot.js';
import { EndpointFault, EndpointLog, type EndpointNotes } from './endpoint-log.js';
import { HealthController, READINESS, readiness, type Part } from './health.js';
import { nestLog } from './logging.js';
import { METRICS, MetricsController } from './metrics/metrics.js';

/** The Nest application of a process. */
export interface AppOptions {
  readonly imports?: readonly (Type | DynamicModule)[];
  /** What readiness asks for. */
  readonly parts: readonly Part[];
  readonly adapter?: FastifyAdapter;
  /** Adds routes that are no endpoints. */
  readonly mount?: (fastify: FastifyInstance) => void;
  /** Of the public; without one it is that of the probes, where the numbers of the process are told too. */
  readonly publicPort?: number;
}

@Module({})
class AppModule {}

/** Opens an application with its probes; it listens at once, so that the probes can tell what is still missing. */
export const openApp = async (
  { config, log, metrics, stopping, atEnd }: Boot,
  { imports = [], parts, adapter = new FastifyAdapter(), mount, publicPort }: AppOptions,
): Promise<INestApplication> => {
  const module: DynamicModule = {
    module: AppModule,
    imports: [...imports],
    controllers: [HealthController, ...(publicPort === undefined ? [MetricsController] : [])],
    providers: [
      { provide: READINESS, useValue: readiness(parts, stopping) },
      { provide: METRICS, useValue: metrics },
    ],
  };
  const app = await NestFactory.create(module, adapter, { logger: nestLog(log), abortOnError: false });
  atEnd(() => app.close());
  mount?.(adapter.getInstance<FastifyInstance>());
  await app.listen(publicPort ?? config.PORTICO_HEALTH_PORT, config.PORTICO_HOST);
  return app;
};

/** Lets the controllers of an application answer what a transport brings; it closes with the application. */
export const answerThrough = async (
  strategy: CustomTransportStrategy,
  app: INestApplication,
  notes: EndpointNotes,
): Promise<void> => {
  const microservice = app.connectMicroservice({ strategy }, { deferInitialization: true }) as INestMicroservice &
    Pick<NestMicroservice, 'setIsInitHookCalled'>;
  microservice.useGlobalInterceptors(new EndpointLog(notes));
  microservice.useGlobalFilters(new EndpointFault(notes.log));
  // The application has called them already.
  microservice.setIsInitHookCalled(true);
  await app.startAllMicroservices();
};
