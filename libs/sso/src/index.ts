export type {
  Authenticated,
  Authenticator,
  NotAuthenticated,
  Tally,
  TallyNeeds,
} from './authenticators/authenticator.js';
export * from './authenticators/index.js';
export { passwordAuthenticator } from './authenticators/password.js';
export * from './consent.js';
export * from './cookies.js';
export * from './browser-in-words.js';
export * from './end-sessions.js';
export * from './endpoints/interaction.js';
export * from './endpoints/sessions.js';
export * from './endpoints/sign-in.js';
export * from './current-session.js';
export * from './fault.js';
export * from './interaction.js';
export * from './open-interaction.js';
export * from './ports.js';
export * from './session.js';
export * from './subject.js';
export * from './user-agent-state.js';
