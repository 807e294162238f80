import { callerOf, type EndpointRequest } from '@portico/endpoint';
import { signInFields, type Authenticator } from '@portico/sso';
import { Strategy } from 'passport-strategy';

/** One authenticator, as passport asks it. A refusal is an outcome too: what comes of it is the endpoint's business. */
export class AuthenticatorStrategy extends Strategy {
  // Not `#authenticator`: passport calls an object that merely inherits from this one.
  constructor(private readonly authenticator: Authenticator) {
    super();
  }

  override authenticate(request: unknown): void {
    const asked = request as EndpointRequest;
    this.authenticator.authenticate(signInFields(asked), callerOf(asked)).then(
      (outcome) => this.success(outcome),
      (error: unknown) => this.error(error as Error),
    );
  }
}
