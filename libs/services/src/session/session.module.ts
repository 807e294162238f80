import { Module } from '@nestjs/common';
import { authenticators } from '@portico/sso';
import { SSO_NEEDS } from '../common/adapters.module.js';
import { SessionController } from './session.controller.js';
import { AUTHENTICATORS } from './sign-in.guard.js';

@Module({
  controllers: [SessionController],
  providers: [{ provide: AUTHENTICATORS, inject: [SSO_NEEDS], useFactory: authenticators }],
})
export class SessionModule {}
