import type { Fact } from '@portico/contracts';
import type { TokenStore } from '@portico/oidc';
import type { SessionStore } from '@portico/sso';

/** Tells every instance what was just revoked; it never throws, for the event follows. */
export interface Telling {
  readonly tell: (fact: Fact) => Promise<void>;
}

interface Revoking {
  readonly tokens: TokenStore;
  readonly sessions: SessionStore;
}

/**
 * Stores that are done with a revocation when every instance was told: whoever has revoked something and asks anybody in
 * the next moment is not told that it holds.
 * @see RFC 7009 §2.1 ("the invalidation takes place immediately")
 */
export const tellingAtOnce = <Stores extends Revoking>(stores: Stores, { tell }: Telling): Stores => {
  const { tokens, sessions } = stores;
  const told =
    <Args extends unknown[]>(revoke: (...args: Args) => Promise<Fact | undefined>) =>
    async (...args: Args) => {
      const fact = await revoke(...args);
      if (fact) await tell(fact);
      return fact;
    };
  return {
    ...stores,
    tokens: {
      ...tokens,
      revokeToken: told((...which) => tokens.revokeToken(...which)),
      revokeAuthorization: told((...which) => tokens.revokeAuthorization(...which)),
    },
    sessions: { ...sessions, end: told((...which) => sessions.end(...which)) },
  };
};
