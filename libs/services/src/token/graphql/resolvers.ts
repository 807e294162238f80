import type { EndpointRequest } from '@portico/endpoint';
import type { LoginStatus, Operations, Person, Renewed } from '@portico/oidc';
import { notSignedIn } from './fault.js';

interface Input<Identifier extends string> {
  readonly input: Readonly<Record<Identifier | 'password', string>>;
}
interface Given {
  readonly id?: string | null;
  readonly token?: string | null;
}

/** What answers each question; the schema has checked what they are given. */
export const resolvers = (operations: Operations, request: EndpointRequest) => ({
  loginByEmail: ({ input: { email: identifier, password } }: Input<'email'>): Promise<Person> =>
    operations.login({ identifier, password }, request),
  loginByUsername: ({ input: { username: identifier, password } }: Input<'username'>): Promise<Person> =>
    operations.login({ identifier, password }, request),
  loginByPhonePassword: ({ input: { phone, password } }: Input<'phone'>): Promise<Person> =>
    operations.login({ identifier: dialled(phone), password }, request),
  user: ({ id }: Given): Promise<Person> => operations.currentUser(id ?? undefined, request),
  refreshToken: ({ id }: Given): Promise<Renewed> => operations.renewal(id ?? undefined, request),
  checkLoginStatus: async ({ token }: Given) =>
    statusOf(await operations.loginStatus(token ?? undefined, request), request),
});

/** The SDK has no country code here: a mobile number of China is sent as it is dialled there. */
const dialled = (phone: string): string => (/^1\d{10}$/.test(phone.trim()) ? `+86${phone.trim()}` : phone);

const statusOf = (status: LoginStatus | undefined, { headers }: EndpointRequest) =>
  status === undefined
    ? { ...notSignedIn(headers['accept-language']), status: false }
    : { code: 200, message: 'ok', status: true, iat: status.iat, exp: status.exp, data: status.person };
