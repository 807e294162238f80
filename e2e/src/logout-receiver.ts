import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The logout URI of an application. */
export interface LogoutReceiver {
  readonly uri: string;
  /** What came, each as it was posted. */
  readonly posted: readonly { readonly type: string | undefined; readonly token: string }[];
  /** The statuses that are answered next; 200 when there is none. */
  readonly answers: number[];
  /** The first of that session that comes, or came. */
  readonly tokenOf: (sid: string) => Promise<string>;
  readonly close: () => void;
}

const deadlineMs = 20_000;

const sidIn = (token: string): unknown => {
  const [, claims = ''] = token.split('.');
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sid?: unknown }).sid;
};

/** Listens on this machine. */
export const logoutReceiver = async (): Promise<LogoutReceiver> => {
  const posted: { type: string | undefined; token: string }[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const token = new URLSearchParams(body).get('logout_token') ?? '';
      posted.push({ type: request.headers['content-type'], token });
      response.writeHead(answers.shift() ?? 200, { 'cache-control': 'no-store' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/logout?app=1`,
    posted,
    answers,
    tokenOf: async (sid) => {
      for (const giveUpAt = Date.now() + deadlineMs; Date.now() < giveUpAt;) {
        const found = posted.find(({ token }) => sidIn(token) === sid);
        if (found) return found.token;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error(`nothing came of ${sid} within ${deadlineMs} ms`);
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
