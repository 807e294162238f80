import { currentUser, type CurrentUserNeeds } from './current-user.js';
import { login, type LoginNeeds } from './login.js';
import { loginStatus, type LoginStatusNeeds } from './login-status.js';
import { renewal, type RenewalNeeds } from './renewal.js';

export type { Credentials } from './login.js';
export type { LoginStatus } from './login-status.js';
export type { Names, Person } from './person.js';
export type { Renewed } from './renewal.js';

/** What the operations of Authing's SDKs take. */
export interface OperationNeeds extends LoginNeeds, CurrentUserNeeds, LoginStatusNeeds, RenewalNeeds {}

/** What Authing's SDKs ask for by GraphQL, as functions of plain values. @see GraphQL, October 2021, §2.3 */
export const operations = (needs: OperationNeeds) => ({
  login: login(needs),
  currentUser: currentUser(needs),
  loginStatus: loginStatus(needs),
  renewal: renewal(needs),
});

/** @see GraphQL, October 2021, §2.3 */
export type Operations = ReturnType<typeof operations>;
