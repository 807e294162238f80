// Asks the introspection service about tokens over NATS: node examples/introspect-over-nats/main.js TOKEN…
import { connect } from '@nats-io/transport-node';

const { NATS_URL = 'nats://127.0.0.1:4222', INBOX_PREFIX = '_INBOX', CLIENT_ID, CLIENT_SECRET } = process.env;
const tokens = process.argv.slice(2);

// The client reads neither user nor password from a URL.
const { host, username: user, password: pass } = new URL(NATS_URL);
const connection = await connect({ servers: host, ...(user && { user, pass }), inboxPrefix: INBOX_PREFIX });
try {
  const question = JSON.stringify({ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, tokens });
  // Whoever asks sets the deadline: after it, nobody waits for the answer.
  const message = await connection.request('oidc.v1.introspect', question, { timeout: 5000 });
  const answer = message.json();
  if (answer.error) throw new Error(`${answer.error}: ${answer.error_description ?? 'the service tells no more'}`);
  for (const told of answer.answers) console.log(JSON.stringify(told));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await connection.close();
}
