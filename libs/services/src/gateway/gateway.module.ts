import { Inject, Module, type DynamicModule, type FactoryProvider, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { mountEndpoints } from './controller.js';
import { GATEWAY_NEEDS, type GatewayNeeds } from './needs.js';

/** Where the needs come from: a factory, the tokens it is given, and the modules that export them. */
export type GatewayOptions = Pick<FactoryProvider<GatewayNeeds>, 'useFactory' | 'inject'> &
  Pick<DynamicModule, 'imports'>;

/** The public HTTP of the provider; wants an application on `gatewayAdapter()`. */
@Module({})
export class GatewayModule implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(GATEWAY_NEEDS) private readonly needs: GatewayNeeds,
  ) {}

  static forRoot({ imports = [], ...factory }: GatewayOptions): DynamicModule {
    return { module: GatewayModule, imports, providers: [{ provide: GATEWAY_NEEDS, ...factory }] };
  }

  onModuleInit(): void {
    mountEndpoints(this.host.httpAdapter.getInstance<FastifyInstance>(), this.needs);
  }
}
