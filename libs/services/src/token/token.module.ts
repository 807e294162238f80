import { Module } from '@nestjs/common';
import type { Operations } from '@portico/oidc';
import type { ReportNeeds } from '@portico/sso';
import { OIDC_OPERATIONS, REPORT } from '../common/adapters.module.js';
import { graphqlEndpoint } from './graphql/graphql.js';
import { GRAPHQL, TokenController } from './token.controller.js';

const graphql = {
  provide: GRAPHQL,
  inject: [OIDC_OPERATIONS, REPORT],
  useFactory: (operations: Operations, report: ReportNeeds['report']) => graphqlEndpoint({ operations, report }),
};

@Module({ controllers: [TokenController], providers: [graphql] })
export class TokenModule {}
