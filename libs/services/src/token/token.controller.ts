import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Handles } from '@portico/bus';
import { endpoints } from '@portico/contracts';
import type { EndpointReply, EndpointRequest } from '@portico/endpoint';
import type { OidcEndpoints } from '@portico/oidc';
import { OIDC_ENDPOINTS } from '../common/adapters.module.js';

/** Issues tokens and tells how they are verified. */
@Controller()
export class TokenController {
  constructor(
    @Inject(OIDC_ENDPOINTS)
    private readonly oidc: Pick<
      OidcEndpoints,
      'token' | 'deviceAuthorization' | 'discovery' | 'jwks' | 'oauthToken' | 'oauthDiscovery'
    >,
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
}
