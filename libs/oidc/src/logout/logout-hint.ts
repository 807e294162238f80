import type { AccountStore, Session } from '@portico/sso';

/**
 * Does the `logout_hint` of a request name the person of this session: by the session's `sid`, by the `sub` that the client
 * knows, or by what the person signs in with? It proves nothing; one that names somebody else makes a request suspect.
 * @see OpenID Connect RP-Initiated Logout 1.0 §2 (logout_hint)
 */
export const isHinted = async (
  hint: string,
  { session, sub }: { readonly session: Session; readonly sub: string },
  { accounts }: { readonly accounts: AccountStore },
): Promise<boolean> => {
  if (hint === session.sid || hint === sub) return true;
  const named = await accounts.findByIdentifier(hint);
  return named?.account.subject === session.subject;
};
