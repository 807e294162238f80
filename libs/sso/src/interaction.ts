import type { ClientOnPage, Display, EpochSeconds } from '@portico/endpoint';

/** What a person is asked next; a protocol decides which and why. @see OpenID Connect Core 1.0 §3.1.2.1 (prompt) */
export type Prompt =
  | { readonly name: 'login'; readonly loginHint?: string }
  | { readonly name: 'select_account' }
  | { readonly name: 'consent'; readonly scopes: readonly string[] };

/** What the person has answered, by prompt; each answer holds for the session in which it was given, and no other. */
export interface Answers {
  /** They signed in. */
  readonly login?: { readonly sid: string; readonly at: EpochSeconds };
  /** They go on as the person of this session. */
  readonly select_account?: { readonly sid: string; readonly at: EpochSeconds };
  readonly consent?: { readonly sid: string; readonly scopes: readonly string[]; readonly at: EpochSeconds };
  /** They went no further. */
  readonly denied?: { readonly at: EpochSeconds };
}

/** A request of a protocol that waits for a person, bound to the browser in which it began. */
export interface Interaction {
  readonly id: string;
  /** SHA-256 of the browser's cookie. */
  readonly browserHash: string;
  /** Empty where no client waits, but a page of ours. */
  readonly clientId: string;
  readonly client: ClientOnPage;
  readonly prompt: Prompt;
  readonly answers: Answers;
  readonly uiLocales?: string;
  readonly display?: Display;
  /** Where the browser goes once the person has answered: a path of ours. */
  readonly returnTo: string;
  /** The protocol's own request, as JSON; it rejoins the protocol at the step where it left. */
  readonly request: unknown;
  readonly expiresAt: EpochSeconds;
}

/** How long a person may take, in seconds. */
export const interactionLifetimeSeconds = 1800;
