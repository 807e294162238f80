import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { Cookie, EndpointReply } from '@portico/endpoint';
import { stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GatewayNeeds } from '../needs.js';
import { localeOf, type Locale } from '../pages/locale.js';
import { renderQrCode } from '../pages/qr-code.js';
import { renderCheckSession, renderFormPost, renderPage, renderWebMessage } from '../pages/render.js';
import {
  checkSessionPolicy,
  formPostPolicy,
  loggedOutPolicy,
  pagePolicy,
  picturePolicy,
  securityHeaders,
  webMessagePolicy,
} from '../security/headers.js';
import { ipOf, pathOf } from './request.js';
import { inSpan } from './span.js';

interface Written {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Writes the reply, and the one log line of its request; `failure` is for that line alone. */
export const send = (
  { request, reply, needs }: { request: FastifyRequest; reply: FastifyReply; needs: GatewayNeeds },
  answer: EndpointReply,
  failure?: string,
): FastifyReply => {
  const { headers, body } = write(answer, request);
  reply
    .code(answer.status)
    .headers(checked({ ...securityHeaders(needs.issuer), ...answer.headers, ...headers, 'x-request-id': request.id }));
  if (answer.cookies.length > 0) reply.header('set-cookie', answer.cookies.map(setCookie));
  const line = { ...lineOf(request, reply), ...(failure === undefined ? {} : { failure }) };
  inSpan(request, () => needs.log(line));
  request.span?.end(line);
  return reply.send(body);
};

/**
 * Fastify would find a value that cannot be written when it is too late to answer with an error, and the process would
 * end. An empty value takes back what the reply set before.
 */
const checked = (headers: Record<string, string>): Record<string, string> => {
  const set = Object.entries(headers).filter(([, value]) => value !== '');
  for (const [name, value] of set) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  }
  return Object.fromEntries(set);
};

const write = (answer: EndpointReply, request: FastifyRequest): Written => {
  switch (answer.kind) {
    case 'json':
      return { headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(answer.body) };
    case 'jwt':
      return { headers: { 'content-type': 'application/jwt' }, body: answer.body };
    case 'redirect':
      return { headers: { location: asciiUrl(answer.location) }, body: '' };
    case 'form_post':
      return html(renderFormPost(answer, { locale: localeFor(request) }), formPostPolicy());
    case 'web_message': {
      const written = html(
        renderWebMessage(answer, { locale: localeFor(request) }),
        webMessagePolicy(answer.targetOrigin),
      );
      // It may be framed by the application; the policy says by which.
      return { ...written, headers: { ...written.headers, 'x-frame-options': '' } };
    }
    case 'page':
      return pageOf(answer, localeFor(request, answer.uiLocales));
    case 'check_session': {
      const { policy, headers } = checkSessionPolicy();
      return html(renderCheckSession(answer), policy, headers);
    }
    case 'qr_code':
      return {
        headers: { 'content-type': 'image/svg+xml', 'content-security-policy': picturePolicy() },
        body: renderQrCode(answer.text),
      };
    case 'empty':
      return { headers: {}, body: '' };
  }
};

const pageOf = ({ page, display }: EndpointReply & { kind: 'page' }, locale: Locale): Written => {
  const body = renderPage(page, { locale, display });
  if (page.name !== 'logged-out') return html(body, pagePolicy(display));
  const { policy, headers } = loggedOutPolicy(page, display);
  return html(body, policy, headers);
};

const html = (body: string, policy: string, more: Record<string, string> = {}): Written => ({
  headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy, ...more },
  body,
});

const localeFor = (request: FastifyRequest, uiLocales?: string) =>
  localeOf(uiLocales, request.headers['accept-language']);

/** A header is ASCII, and a line break in it would begin another header; everything else stays byte for byte. */
const asciiUrl = (url: string): string => url.replace(/[^\x21-\x7e]+/g, encodeURIComponent);

const setCookie = ({ maxAgeSeconds, ...cookie }: Cookie): string =>
  stringifySetCookie({ ...cookie, ...(maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds }) });

const lineOf = (request: FastifyRequest, reply: FastifyReply) => {
  const endpoint = request.routeOptions.config.contract?.name;
  return {
    requestId: request.id,
    ...(endpoint === undefined ? {} : { endpoint }),
    method: request.method,
    path: pathOf(request),
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    ip: ipOf(request),
  };
};
