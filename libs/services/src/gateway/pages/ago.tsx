import type { Locale } from './locale.js';

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** How long ago something was, in words: a page knows neither script nor the reader's time zone. */
export const ago = (at: number, now: number, locale: Locale): string => {
  const seconds = Math.max(0, now - at);
  const [unit, length] = units.find(([, least]) => seconds >= least) ?? (['second', Infinity] as const);
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-Math.floor(seconds / length), unit);
};

/** The same, with the time itself for whoever points at it. */
export const Ago = ({ at, now, locale }: { at: number; now: number; locale: Locale }) => {
  const exact = new Date(at * 1000).toISOString();
  return (
    <time dateTime={exact} title={exact}>
      {ago(at, now, locale)}
    </time>
  );
};
