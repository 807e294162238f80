import { z } from 'zod';
import { displaySchema, type Showing } from './display.js';
import { pageSchema, type Page } from './page.js';

/** A cookie to set; a value of '' with `maxAgeSeconds` 0 removes it. @see RFC 6265 §4.1 */
const cookieSchema = z.object({
  name: z.string(),
  value: z.string(),
  path: z.string(),
  maxAgeSeconds: z.number().optional(),
  httpOnly: z.boolean(),
  secure: z.boolean(),
  sameSite: z.enum(['lax', 'none', 'strict']),
});

/** @see RFC 6265 §4.1 */
export type Cookie = Readonly<z.infer<typeof cookieSchema>>;

const head = {
  status: z.number().int().min(200).max(599),
  headers: z.record(z.string(), z.string()).default({}),
  cookies: z.array(cookieSchema).default([]),
};

/** The shape in which a reply crosses a process boundary. */
export const endpointReplySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('json'), ...head, body: z.record(z.string(), z.unknown()) }),
  z.object({ kind: z.literal('jwt'), ...head, body: z.string() }),
  z.object({ kind: z.literal('redirect'), ...head, location: z.string() }),
  z.object({ kind: z.literal('form_post'), ...head, action: z.string(), params: z.record(z.string(), z.string()) }),
  z.object({
    kind: z.literal('page'),
    ...head,
    page: pageSchema,
    uiLocales: z.string().optional(),
    display: displaySchema.optional(),
  }),
  z.object({ kind: z.literal('empty'), ...head }),
  z.object({
    kind: z.literal('web_message'),
    ...head,
    targetOrigin: z.string(),
    params: z.record(z.string(), z.string()),
  }),
  z.object({ kind: z.literal('qr_code'), ...head, text: z.string() }),
  z.object({ kind: z.literal('check_session'), ...head, cookie: z.string() }),
]);

/** One HTTP reply as plain data; the gateway writes it. */
export type EndpointReply = Readonly<z.infer<typeof endpointReplySchema>>;

interface Head {
  readonly headers?: Record<string, string>;
  readonly cookies?: Cookie[];
}

const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' };
const headOf = ({ headers = {}, cookies = [] }: Head) => ({ headers: { ...noStore, ...headers }, cookies });

/** A JSON body, not to be stored unless `headers` say otherwise. @see RFC 6749 §5.1, OpenID Connect Core 1.0 §13.3 */
export const json = (status: number, body: Record<string, unknown>, head: Head = {}): EndpointReply => ({
  kind: 'json',
  status,
  body,
  ...headOf(head),
});

/** A JWT as the body. @see OpenID Connect Core 1.0 §5.3.2 */
export const jwt = (body: string, head: Head = {}): EndpointReply => ({
  kind: 'jwt',
  status: 200,
  body,
  ...headOf(head),
});

/** A redirect that becomes a GET. @see RFC 9700 §4.12, OpenID Connect Core 1.0 §16.22 (303, so that no credential is posted on) */
export const redirect = (location: string, head: Head = {}): EndpointReply => ({
  kind: 'redirect',
  status: 303,
  location,
  ...headOf(head),
});

/** A form that the browser posts to the client at once. @see OAuth 2.0 Form Post Response Mode §2 */
export const formPost = (action: string, params: Record<string, string>, head: Head = {}): EndpointReply => ({
  kind: 'form_post',
  status: 200,
  action,
  params,
  ...headOf(head),
});

/** A message to the window that opened or framed this one. @see OAuth 2.0 Web Message Response Mode (draft-sakimura-oauth-wmrm-00) §4.1, §5.2 */
export const webMessage = (targetOrigin: string, params: Readonly<Record<string, string>>): EndpointReply => ({
  kind: 'web_message',
  status: 200,
  targetOrigin,
  params: { ...params },
  ...headOf({}),
});

/** A page for a person. */
export const page = (status: number, model: Page, more: Head & Showing = {}): EndpointReply => ({
  kind: 'page',
  status,
  page: model,
  ...(more.uiLocales ? { uiLocales: more.uiLocales } : {}),
  ...(more.display ? { display: more.display } : {}),
  ...headOf(more),
});

/** A status and nothing else. */
export const empty = (status: number, head: Head = {}): EndpointReply => ({ kind: 'empty', status, ...headOf(head) });

/** A picture that a camera reads as this text. @see ISO/IEC 18004 */
export const qrCode = (text: string): EndpointReply => ({ kind: 'qr_code', status: 200, text, ...headOf({}) });

/**
 * The page that clients load unseen and ask whether something has changed, which is told by the cookie of that name.
 * @see OpenID Connect Session Management 1.0 §3.2
 */
export const checkSessionFrame = (cookie: string, head: Head = {}): EndpointReply => ({
  kind: 'check_session',
  status: 200,
  cookie,
  ...headOf(head),
});
