/** The languages the pages speak. */
export type Locale = 'en' | 'zh-CN';

const byPrimarySubtag: Readonly<Record<string, Locale>> = { en: 'en', zh: 'zh-CN' };

/**
 * The first language the person can read that the pages speak: as the client says, else as the browser says.
 * @see OpenID Connect Core 1.0 §3.1.2.1 (ui_locales), RFC 9110 §12.5.4 (Accept-Language)
 */
export const localeOf = (uiLocales: string | undefined, acceptLanguage: string | undefined): Locale => {
  const wanted = [...(uiLocales ?? '').split(' '), ...byQuality(acceptLanguage ?? '')];
  return wanted.map(spoken).find((locale) => locale !== undefined) ?? 'en';
};

const spoken = (tag: string): Locale | undefined => byPrimarySubtag[tag.split('-', 1)[0]?.toLowerCase() ?? ''];

const byQuality = (acceptLanguage: string): string[] =>
  acceptLanguage
    .slice(0, 500)
    .split(',')
    .map(range)
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality)
    .map(({ tag }) => tag);

const range = (text: string): { tag: string; quality: number } => {
  const [tag = '', ...parameters] = text.split(';').map((part) => part.trim());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  return { tag, quality: weight === undefined ? 1 : Number(weight.slice(2)) };
};
