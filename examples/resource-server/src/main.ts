import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { resourceServer } from '@portico/resource-server';
import { RESOURCE_SERVER } from '@portico/resource-server/nest';
import { HealthController, OrdersController } from './orders.controller.js';
import { followRevocations } from './revocations.js';
import { settings } from './settings.js';

const { client: introspection, port, ...options } = settings;
const revocations = await followRevocations();
const server = resourceServer({ ...options, revocations, introspection });

@Module({
  controllers: [OrdersController, HealthController],
  providers: [{ provide: RESOURCE_SERVER, useValue: server }],
})
class OrdersModule {}

const app = await NestFactory.create(OrdersModule, new FastifyAdapter(), { logger: ['error', 'warn'] });
await app.listen(port, '127.0.0.1');
console.log(`ready: ${await app.getUrl()}`);
process.once('SIGTERM', () => void app.close().then(() => server.close()));
