import { describe, expect, it } from '@jest/globals';
import { post } from '@portico/testing';
import { graphqlEndpoint } from './graphql.js';
import { from, operationOf, refusal, sdk } from './sdk.fixture.js';

const { all, send } = sdk();

describe('the document', () => {
  const nested = (depth: number) => `{ user ${'{ user '.repeat(depth)} ${'}'.repeat(depth)} }`;
  const nothing = '{ checkLoginStatus { status } }';
  it.each([
    ['not GraphQL', 'SELECT 1'],
    ['empty', ''],
    ['broken off', '{ user {'],
    ['nested 10 deep', nested(10)],
    ['nested 5000 deep', nested(5000)],
    ['lists nested 5000 deep', `{ checkLoginStatus(token: ${'['.repeat(5000)}) { status } }`],
    ['1000 aliases', `{ ${Array.from({ length: 1000 }, (_, at) => `a${at}: checkLoginStatus { status }`).join(' ')} }`],
    ['two fields', '{ a: checkLoginStatus { status } b: checkLoginStatus { status } }'],
    [
      'two guesses',
      'mutation { a: loginByEmail(input: {email: "a", password: "b"}) { id } b: loginByEmail(input: {email: "a", password: "c"}) { id } }',
    ],
    ['two operations', `query a ${nothing} query b ${nothing}`],
    ['a fragment', '{ checkLoginStatus { ...f } } fragment f on JwtTokenStatus { ...f }'],
    ['a fragment at the root', '{ ... { checkLoginStatus { status } } }'],
    ['introspection of the schema', '{ __schema { types { name } } }'],
    ['introspection of a type', '{ __type(name: "User") { name } }'],
    ['a field that is not there', '{ user { mainDepartmentId } }'],
    ['a type definition', 'type User { id: String }'],
    ['a subscription', 'subscription { user { id } }'],
    ['a name of every object', '{ constructor { name } }'],
    ['an argument of the wrong kind', '{ checkLoginStatus(token: {hunter2: 1}) { status } }'],
    ['1 MB', `{ checkLoginStatus(token: "${'x'.repeat(1_000_000)}") { status `],
    ['1 MB of braces', '{'.repeat(1_000_000)],
  ])('GraphQL §7: is refused where it is %s', async (_, query) => {
    const reply = await send({ query }, from('app'));
    expect(reply.status).toBe(200);
    expect(refusal(reply)).toMatchObject({ code: 400, data: { error: 'invalid_request' } });
    expect(JSON.stringify(reply)).not.toContain('hunter2');
    expect(JSON.stringify(reply).length).toBeLessThan(1000);
  });

  it.each([
    ['query', 'isUserExists(email: "a") '],
    ['mutation', 'sendEmail(email: "a", scene: LOGIN) { message }'],
    ['mutation', 'registerByUsername(input: {username: "a"}) { id }'],
    ['query', 'loginByEmail { id }'],
  ])('says of what it does not offer that it does not: %s %s', async (kind, field) => {
    const [name] = /^\w+/.exec(field)!;
    const { message } = refusal(await send({ query: `${kind} { ${field} }` }, from('app')));
    expect(message).toBe(`The ${kind} ${name} is not offered here`);
  });

  it.each([
    ['a variable of the wrong kind', { input: { username: 'alice', password: { hunter2: true } } }],
    ['one too many', { input: { username: 'alice', password: 'hunter2', admin: true } }],
    ['one too few', { input: { password: 'hunter2' } }],
    ['none', undefined],
    [
      'a prototype',
      { __proto__: null, input: JSON.parse('{"__proto__": {"username": "alice", "password": "hunter2"}}') as object },
    ],
  ])('GraphQL §6.1.2: %s; nothing of it is quoted', async (_, variables) => {
    const reply = await send({ query: operationOf('loginByUsername'), variables }, from('app'));
    expect(refusal(reply)).toMatchObject({ code: 400, message: 'The variables do not fit the operation' });
    expect(JSON.stringify([reply, all().reported.map(String)])).not.toContain('hunter2');
  });

  it.each([
    ['a batch', [{ query: nothing }, { query: nothing }]],
    ['a text', 'null'],
    ['not JSON', '{"query":'],
    ['nothing', ''],
    ['no query', { variables: {} }],
    ['a query that is none', { query: { a: 1 } }],
    ['variables that are none', { query: nothing, variables: ['a'] }],
  ])('a body that holds no question is 400: %s', async (_, body) => {
    const reply = await send(body, from('app'));
    expect(reply.status).toBe(400);
    expect(refusal(reply)).toMatchObject({ code: 400, data: { error: 'invalid_request' } });
  });

  it('the name of another operation', async () => {
    const reply = await send({ query: `query a ${nothing}`, operationName: 'b' }, from('app'));
    expect(refusal(reply)).toMatchObject({ code: 400 });
  });

  it('a fault of ours tells nothing of itself', async () => {
    const broken = { ...all().operations, loginStatus: () => Promise.reject(new Error('hunter2')) };
    const reply = await graphqlEndpoint({ ...all(), operations: broken })(
      post({}, { body: JSON.stringify({ query: nothing }) }),
    );
    expect(refusal(reply)).toMatchObject({ code: 1000, data: { error: 'server_error' } });
    expect(JSON.stringify(reply)).not.toContain('hunter2');
    expect(all().reported).toHaveLength(1);
  });
});
