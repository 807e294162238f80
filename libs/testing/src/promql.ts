/** What a query asks for: metrics with the labels that choose among their series, and the labels that it groups by. */
export interface Queried {
  readonly metrics: readonly { readonly name: string; readonly labels: readonly string[] }[];
  readonly groupedBy: readonly string[];
}

const token =
  /\s*(?:(\d+(?:\.\d+)?(?:ms|[smhdwy])?|Inf)|([a-zA-Z_:][\w:]*)|("[^"]*")|(=~|!~|==|!=|<=|>=|[-+*/%^<>=(){}[\],]))/y;
const operators = new Set(['+', '-', '*', '/', '%', '^', '==', '!=', '<', '>', '<=', '>=', 'and', 'or', 'unless']);
const aggregations = new Set(['sum', 'min', 'max', 'avg', 'count', 'topk', 'bottomk']);
const functions = new Set(['rate', 'increase', 'histogram_quantile', 'absent', 'time', 'vector', 'avg_over_time']);
const duration = /^\d+(?:ms|[smhdwy])$/;

const tokensOf = (query: string): string[] => {
  const tokens: string[] = [];
  for (token.lastIndex = 0; query.slice(token.lastIndex).trim() !== '';) {
    const at = token.lastIndex;
    const [found] = token.exec(query) ?? [];
    if (found === undefined) throw new SyntaxError(`not PromQL: ${query.slice(at)}`);
    tokens.push(found.trim());
  }
  return tokens;
};

/**
 * Reads the part of PromQL that our alerts and dashboards use: operators with `on` and `group_left`, aggregations, a few
 * functions, selectors with ranges and offsets.
 * @throws SyntaxError
 */
export const parsePromql = (query: string): Queried => {
  const tokens = tokensOf(query);
  const metrics: { name: string; labels: string[] }[] = [];
  const groupedBy: string[] = [];
  const next = () => tokens[0] ?? 'the end';
  const take = (wanted?: string): string => {
    const found = tokens.shift();
    if (found === undefined || (wanted !== undefined && found !== wanted))
      throw new SyntaxError(`${wanted ?? 'more'} expected, not ${found ?? 'the end'}: ${query}`);
    return found;
  };
  const has = (wanted: string): boolean => next() === wanted && take() === wanted;
  const takeName = (): string => {
    const name = take();
    if (!/^[a-zA-Z_]/.test(name)) throw new SyntaxError(`a name expected, not ${name}: ${query}`);
    return name;
  };
  const takeDuration = (): void => {
    const found = take();
    if (!duration.test(found)) throw new SyntaxError(`a duration expected, not ${found}: ${query}`);
  };
  const list = (end: string, item: () => void): void => {
    for (let first = true; !has(end); first = false) {
      if (!first) take(',');
      item();
    }
  };
  const labels = (): void => {
    take('(');
    list(')', () => groupedBy.push(takeName()));
  };
  const grouping = (): void => {
    if (['by', 'without', 'on', 'ignoring'].includes(next())) {
      take();
      labels();
    }
  };
  const range = (): void => {
    if (has('[')) {
      takeDuration();
      take(']');
    }
    if (has('offset')) takeDuration();
  };
  const args = (): void => {
    take('(');
    list(')', expression);
  };
  const selector = (name: string): void => {
    const matched: string[] = [];
    if (has('{'))
      list('}', () => {
        matched.push(takeName());
        if (!['=', '!=', '=~', '!~'].includes(take())) throw new SyntaxError(`a matcher expected: ${query}`);
        if (!take().startsWith('"')) throw new SyntaxError(`a text expected: ${query}`);
      });
    metrics.push({ name, labels: matched });
    range();
  };
  const primary = (): void => {
    while (has('-'));
    if (next() === '(') {
      args();
      return;
    }
    const found = take();
    if (/^\d|^Inf$|^"/.test(found)) {
      if (duration.test(found)) throw new SyntaxError(`${found} is no value: ${query}`);
    } else if (aggregations.has(found)) {
      grouping();
      args();
      grouping();
    } else if (next() === '(') {
      if (!functions.has(found)) throw new SyntaxError(`${found} is no function: ${query}`);
      args();
    } else if (/^[a-zA-Z_]/.test(found)) selector(found);
    else throw new SyntaxError(`${found} is in the way: ${query}`);
  };
  const expression = (): void => {
    primary();
    while (operators.has(next())) {
      take();
      grouping();
      if (has('group_left') && next() === '(') labels();
      primary();
    }
  };
  expression();
  if (tokens.length > 0) throw new SyntaxError(`${next()} is too much: ${query}`);
  return { metrics, groupedBy };
};
