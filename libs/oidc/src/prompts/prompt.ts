import type { EpochSeconds } from '@portico/endpoint';
import type { Answers, Consent, Prompt, Session } from '@portico/sso';
import type { Asked } from '../authorization-request.js';
import type { Client } from '../client.js';
import type { ErrorCode } from '../errors.js';

/** All that decides whether a person must be asked. */
export interface Situation {
  readonly request: Asked;
  readonly client: Client;
  readonly session: Session | undefined;
  /** The session's person as this client knows them. */
  readonly sub: string | undefined;
  /** What this person has approved for this client before. */
  readonly consent: Consent | undefined;
  /** What has been answered in this interaction. */
  readonly answers: Answers;
  readonly now: EpochSeconds;
}

/** One question to a person; a new one is one file and one line in the list. @see OpenID Connect Core 1.0 §3.1.2.3 */
export interface PromptRule {
  readonly name: Prompt['name'];
  /** What a client that said `prompt=none` is told instead. @see OpenID Connect Core 1.0 §3.1.2.6 */
  readonly error: ErrorCode;
  /** Why the question must be asked now, if it must. */
  reason(situation: Situation): string | undefined;
  ask(situation: Situation): Prompt;
}
