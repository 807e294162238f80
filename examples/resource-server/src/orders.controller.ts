import { Controller, Get, Inject, Post, UseGuards } from '@nestjs/common';
import type { ResourceServer, VerifiedToken } from '@portico/resource-server';
import { BearerGuard, RequiredScope, RESOURCE_SERVER, Token } from '@portico/resource-server/nest';

/** Every route wants a token that holds, and each its own scope. */
@Controller('orders')
@UseGuards(BearerGuard)
export class OrdersController {
  @Get()
  @RequiredScope('orders:read')
  list(@Token() token: VerifiedToken) {
    return { of: token.subject, orders: [] };
  }

  @Post()
  @RequiredScope('orders:write')
  order(@Token() token: VerifiedToken) {
    return { by: token.subject };
  }
}

/** For whoever watches: how fresh is what it knows of revocations? */
@Controller('health')
export class HealthController {
  constructor(@Inject(RESOURCE_SERVER) private readonly server: ResourceServer) {}

  @Get()
  health() {
    return { current: this.server.isCurrent(), stalenessMs: Math.round(this.server.stalenessMs()) };
  }
}
