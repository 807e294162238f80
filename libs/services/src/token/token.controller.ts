import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Handles } from '@portico/bus';
import { endpoints } from '@portico/contracts';
import type { Endpoint, EndpointReply, EndpointRequest } from '@portico/endpoint';
import type { OidcEndpoints } from '@portico/oidc';
import { OIDC_ENDPOINTS } from '../common/adapters.module.js';

/** The GraphQL endpoint, an `Endpoint`: no rule knows that language. */
export const GRAPHQL = Symbol('Graphql');

/** Issues tokens and tells how they are verified. */
@Controller()
export class TokenController {
  constructor(
    @Inject(OIDC_ENDPOINTS)
    private readonly oidc: Pick<
      OidcEndpoints,
      | 'token'
      | 'deviceAuthorization'
      | 'discovery'
      | 'jwks'
      | 'oauthToken'
      | 'oauthDiscovery'
      | 'passwordKey'
      | 'system'
      | 'signInJson'
    >,
    @Inject(GRAPHQL) private readonly readGraphql: Endpoint,
  ) {}

  @Handles(endpoints.token)
  token(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.token(request);
  }

  @Handles(endpoints.deviceAuthorization)
  deviceAuthorization(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.deviceAuthorization(request);
  }

  @Handles(endpoints.discovery)
  discovery(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.discovery(request);
  }

  @Handles(endpoints.jwks)
  jwks(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.jwks(request);
  }

  @Handles(endpoints.oauthToken)
  oauthToken(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.oauthToken(request);
  }

  @Handles(endpoints.oauthDiscovery)
  oauthDiscovery(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.oauthDiscovery(request);
  }

  @Handles(endpoints.passwordKey)
  passwordKey(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.passwordKey(request);
  }

  @Handles(endpoints.system)
  system(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.system(request);
  }

  @Handles(endpoints.signInJson)
  signInJson(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.signInJson(request);
  }

  @Handles(endpoints.graphql)
  graphql(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.readGraphql(request);
  }
}
