import { Unavailable } from '@portico/contracts';
import { QueryFailedError } from 'typeorm';

/** A statement that the database refused. It names the rule that was broken, never a value. */
class DatabaseFault extends Error {
  override readonly name = 'DatabaseFault';
  constructor(
    readonly statement: string,
    readonly sqlState: string,
    readonly constraint?: string,
  ) {
    super(`${statement}: SQLSTATE ${sqlState}${constraint ? ` (${constraint})` : ''}`);
  }
}

/** Connection exceptions, too many connections, a statement over its time, a server that goes or comes. */
const isAway = (sqlState: string): boolean => /^(08|57P|53300|57014)/.test(sqlState);

interface Refusal extends Error {
  readonly code: string;
  readonly severity: string;
  readonly constraint?: string;
}
const isRefusal = (error: unknown): error is Refusal =>
  error instanceof Error && 'code' in error && 'severity' in error;

/** Is it that a table is not there? @see PostgreSQL, appendix A (undefined_table) */
export const isMissingTable = (error: unknown): boolean => error instanceof DatabaseFault && error.sqlState === '42P01';

/** What callers get to see of a failure: pg's and TypeORM's errors carry statements and parameters, and those carry secrets. */
export const faultOf = (error: unknown, statement: string): Error => {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (isRefusal(cause) && !isAway(cause.code)) return new DatabaseFault(statement, cause.code, cause.constraint);
  return new Unavailable(`database: ${statement}: ${cause instanceof Error ? cause.message : 'unknown'}`);
};

/** Is it that somebody else had a table for too long, or wanted ours? @see PostgreSQL, appendix A (lock_not_available, deadlock_detected) */
export const isLocked = (error: unknown): boolean => {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return isRefusal(cause) && ['55P03', '40P01'].includes(cause.code);
};
