import type { Locale } from '../locale.js';
import { en, type Messages } from './en.js';
import { zhCn } from './zh-cn.js';

export type { Messages } from './en.js';

/** What the pages say, by language. */
export const messages: Readonly<Record<Locale, Messages>> = { en, 'zh-CN': zhCn };
