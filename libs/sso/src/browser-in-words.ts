import { callerOf, type EndpointRequest } from '@portico/endpoint';
import type { Session } from './session.js';

type Known = readonly (readonly [name: string, pattern: RegExp])[];

// The first that fits: nearly all of them also call themselves Chrome or Safari.
const browsers: Known = [
  ['WeChat', /MicroMessenger/],
  ['DingTalk', /DingTalk/],
  ['Feishu', /Lark\//],
  ['Alipay', /AlipayClient/],
  ['QQ Browser', /QQBrowser\//],
  ['UC Browser', /\bUC(?:Browser|WEB)/],
  ['Huawei Browser', /HuaweiBrowser\//],
  ['Mi Browser', /MiuiBrowser\//],
  ['Samsung Internet', /SamsungBrowser\//],
  ['Opera', /\bOPR\//],
  ['Edge', /\bEdg(?:A|iOS)?\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /(?:Chrome|CriOS)\//],
  ['Safari', /\bSafari\//],
];

// A telephone of Apple says "like Mac OS X", one with Android says "Linux".
const systems: Known = [
  ['HarmonyOS', /HarmonyOS/],
  ['Windows', /\bWindows\b/],
  ['Android', /\bAndroid\b/],
  ['iPadOS', /\biPad\b/],
  ['iOS', /\b(?:iPhone|iPod)\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['macOS', /\bMac(?:intosh| OS X)\b/],
  ['Linux', /\b(?:Linux|X11)\b/],
];

const nameIn = (known: Known, userAgent: string): string | undefined =>
  known.find(([, pattern]) => pattern.test(userAgent))?.[0];

/** A browser in words that its person knows; what is not recognised is left out. */
export interface BrowserInWords {
  readonly browser?: string;
  readonly system?: string;
}

/** What a browser calls itself, in words. @see RFC 9110 §10.1.5 */
export const browserInWords = ({ userAgent = '' }: Pick<Session, 'userAgent'>): BrowserInWords => {
  const browser = nameIn(browsers, userAgent);
  const system = nameIn(systems, userAgent);
  return { ...(browser === undefined ? {} : { browser }), ...(system === undefined ? {} : { system }) };
};

/** Where a person signs in, for them to know it again. @see RFC 9110 §10.1.5 */
export const whereOf = (request: EndpointRequest): Pick<Session, 'userAgent' | 'ip'> => {
  const { requestId: _, ...where } = callerOf(request);
  return where;
};
