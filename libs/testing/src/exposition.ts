/** A metric as a process tells it, with its series. */
export interface ToldMetric {
  readonly help: string;
  readonly kind: string;
  readonly series: readonly {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)/y;

const labelsOf = (text: string): Record<string, string> => {
  const labels: Record<string, string> = {};
  for (label.lastIndex = 0; label.lastIndex < text.length;) {
    const found = label.exec(text);
    if (!found) throw new SyntaxError(`no labels: ${text}`);
    labels[found[1] ?? ''] = found[2] ?? '';
  }
  return labels;
};

const numbers: Readonly<Record<string, number>> = { '+Inf': Infinity, '-Inf': -Infinity, NaN: NaN, Nan: NaN };

const valueOf = (text: string): number => {
  const value = numbers[text] ?? Number(text);
  if (Number.isNaN(value) && !(text in numbers)) throw new SyntaxError(`no number: ${text}`);
  return value;
};

/**
 * Reads the text format of Prometheus 0.0.4; each series stands under the HELP and TYPE of its metric.
 * @throws SyntaxError
 */
export const parseExposition = (text: string): ReadonlyMap<string, ToldMetric> => {
  const told = new Map<string, { help: string; kind: string; series: ToldMetric['series'][number][] }>();
  let current = '';
  for (const one of text.split('\n').filter(Boolean)) {
    const [, word, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(one) ?? [];
    if (word === 'HELP') {
      if (told.has(name)) throw new SyntaxError(`${name} is told twice`);
      told.set((current = name), { help: rest, kind: '', series: [] });
      continue;
    }
    const metric = told.get(current);
    if (!metric) throw new SyntaxError(`no HELP before: ${one}`);
    if (word === 'TYPE' && name === current) {
      metric.kind = rest;
      continue;
    }
    const [, series = '', labels = '', value = ''] = line.exec(one) ?? [];
    if (series.replace(metric.kind === 'histogram' ? /_(bucket|sum|count)$/ : '', '') !== current)
      throw new SyntaxError(`not of ${current}: ${one}`);
    metric.series.push({ name: series, labels: labelsOf(labels), value: valueOf(value) });
  }
  return told;
};
