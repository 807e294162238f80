import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Handles } from '@portico/bus';
import { endpoints } from '@portico/contracts';
import type { EndpointReply, EndpointRequest } from '@portico/endpoint';
import type { OidcEndpoints } from '@portico/oidc';
import { OIDC_ENDPOINTS } from '../common/adapters.module.js';

/** Tells what a token is worth, and makes it worth nothing. */
@Controller()
export class IntrospectionController {
  constructor(
    @Inject(OIDC_ENDPOINTS)
    private readonly oidc: Pick<
      OidcEndpoints,
      | 'introspection'
      | 'revocation'
      | 'oauthIntrospection'
      | 'oauthRevocation'
      | 'validateToken'
      | 'validateAccessToken'
      | 'oauthValidateAccessToken'
    >,
  ) {}

  @Handles(endpoints.introspection)
  introspection(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.introspection(request);
  }

  @Handles(endpoints.revocation)
  revocation(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.revocation(request);
  }

  @Handles(endpoints.oauthIntrospection)
  oauthIntrospection(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.oauthIntrospection(request);
  }

  @Handles(endpoints.oauthRevocation)
  oauthRevocation(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.oauthRevocation(request);
  }

  @Handles(endpoints.validateToken)
  validateToken(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.validateToken(request);
  }

  @Handles(endpoints.validateAccessToken)
  validateAccessToken(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.validateAccessToken(request);
  }

  @Handles(endpoints.oauthValidateAccessToken)
  oauthValidateAccessToken(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.oauthValidateAccessToken(request);
  }
}
