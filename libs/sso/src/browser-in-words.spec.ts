import { describe, expect, it } from '@jest/globals';
import { get } from '@portico/testing';
import { browserInWords, whereOf } from './browser-in-words.js';

const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)';
const android = 'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)';
const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)';

describe('RFC 9110 §10.1.5: a User-Agent in words', () => {
  it.each([
    [`${windows} Chrome/126.0.0.0 Safari/537.36`, 'Chrome', 'Windows'],
    [`${windows} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0`, 'Edge', 'Windows'],
    [`${windows} Chrome/126.0.0.0 Safari/537.36 OPR/112.0.0.0`, 'Opera', 'Windows'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'Firefox', 'Linux'],
    [`${mac} Version/17.5 Safari/605.1.15`, 'Safari', 'macOS'],
    ['Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/126.0.0.0 Safari/537.36', 'Chrome', 'Linux'],
    [`${iphone} Version/17.5 Mobile/15E148 Safari/604.1`, 'Safari', 'iOS'],
    [`${iphone} CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1`, 'Chrome', 'iOS'],
    [`${iphone} FxiOS/127.0 Mobile/15E148 Safari/605.1.15`, 'Firefox', 'iOS'],
    [`${iphone} Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/zh_CN`, 'WeChat', 'iOS'],
    ['Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) Version/16.6 Mobile Safari/604.1', 'Safari', 'iPadOS'],
    [`${android} Chrome/126.0.0.0 Mobile Safari/537.36`, 'Chrome', 'Android'],
    [`${android} Chrome/126.0.0.0 Mobile Safari/537.36 EdgA/126.0.0.0`, 'Edge', 'Android'],
    [`${android} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36`, 'Samsung Internet', 'Android'],
    [`${android} HuaweiBrowser/14.0.5.303 Chrome/114.0 Mobile Safari/537.36`, 'Huawei Browser', 'Android'],
    [`${android} MQQBrowser/14.9 Mobile Safari/537.36`, 'QQ Browser', 'Android'],
    [`${android} Chrome/100.0 UCBrowser/16.4.9.1306 Mobile Safari/537.36`, 'UC Browser', 'Android'],
    [`${windows} Chrome/120.0 Safari/537.36 DingTalk(7.5.10)`, 'DingTalk', 'Windows'],
    ['Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36', 'Chrome', 'ChromeOS'],
  ])('%s', (userAgent, browser, system) => {
    expect(browserInWords({ userAgent })).toEqual({ browser, system });
  });

  it.each(['', 'curl/8.8.0', '<script>alert(1)</script>', '0'.repeat(400)])('%j is not recognised', (userAgent) => {
    expect(browserInWords({ userAgent })).toEqual({});
  });

  it('one half is enough', () => {
    expect(browserInWords({ userAgent: 'Something (Windows NT 10.0)' })).toEqual({ system: 'Windows' });
    expect(browserInWords({ userAgent: 'Firefox/1.0' })).toEqual({ browser: 'Firefox' });
    expect(browserInWords({})).toEqual({});
  });
});

describe('what is kept of it', () => {
  it.each([
    [{ 'user-agent': 'x'.repeat(10_000) }, '192.0.2.1', { userAgent: 'x'.repeat(400), ip: '192.0.2.1' }],
    [{ 'user-agent': 'a\0b' }, '2001:db8::1', { userAgent: 'ab', ip: '2001:db8::1' }],
    [{ 'user-agent': '\0' }, '', {}],
    [{}, '', {}],
  ])('of %j', (headers, ip, kept) => {
    expect(whereOf(get({}, { headers, ip }))).toEqual(kept);
  });

  it('names WeChat as far behind as it stands', () => {
    const said = `${android.replace('Pixel 8', '2201122C Build/TKQ1.220807.001; wv')} Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160083 MMWEBSDK/20231202 MMWEBID/2247 MicroMessenger/8.0.47.2560(0x28002F3F) WeChat/arm64`;
    const { userAgent = '' } = whereOf(get({}, { headers: { 'user-agent': said } }));
    expect(browserInWords({ userAgent })).toEqual({ browser: 'WeChat', system: 'Android' });
  });
});
