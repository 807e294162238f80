import { within } from '@portico/contracts';
import type { PoolClient } from 'pg';
import type { Database } from './data-source.js';
import { faultOf } from './fault.js';
import { runOn, type Run } from './statement.js';

const begin = { name: 'begin', text: 'BEGIN' };
const commit = { name: 'commit', text: 'COMMIT' };
const rollback = { name: 'rollback', text: 'ROLLBACK' };
/** Whoever waits for the answer is told of the fault itself soon; without its connection the server rolls back too. */
const rollbackMs = 1000;

/** All of the work or nothing of it. Each statement sees what was committed before that statement began (READ COMMITTED). */
export const transact = async <Result>(database: Database, work: (run: Run) => Promise<Result>): Promise<Result> => {
  const client = await connect(database);
  const run = runOn(client, database.options.tracing);
  try {
    await run(begin, []);
    const result = await work(run);
    await run(commit, []);
    client.release();
    return result;
  } catch (error) {
    await within(rollbackMs, 'rollback', run(rollback, [])).then(
      () => client.release(),
      () => client.release(true), // nobody knows what that connection is in the middle of
    );
    throw error;
  } finally {
    client.off('error', ignore);
  }
};

const connect = async ({ pool }: Database): Promise<PoolClient> => {
  try {
    const client = await pool.connect();
    return client.on('error', ignore); // lost between two statements: the next one says so
  } catch (error) {
    throw faultOf(error, 'connect');
  }
};

const ignore = (): void => undefined;
