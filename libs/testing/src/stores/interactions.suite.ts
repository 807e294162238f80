import { expect, test } from '@jest/globals';
import { aSession, anInteraction, atOnce, hostile, now } from './fixtures.js';
import type { OpenStores } from './stores.js';

export const interactionStoreSuite = (stores: () => OpenStores): void => {
  const opened = async (more = {}) => {
    const interaction = anInteraction(more);
    await stores().interactions.open(interaction);
    return interaction;
  };

  test('is found until it expires', async () => {
    const interaction = await opened({
      client: { name: 'A client', logoUri: 'https://client.example/logo' },
      prompt: { name: 'consent', scopes: ['openid'] },
      uiLocales: 'zh-CN en',
      display: 'popup',
    });
    expect(await stores().interactions.find(interaction.id, now)).toEqual(interaction);
    expect(await stores().interactions.find(interaction.id, interaction.expiresAt - 1)).toEqual(interaction);
    expect(await stores().interactions.find(interaction.id, interaction.expiresAt)).toBeUndefined();
    expect(await stores().interactions.answer(interaction.id, {}, interaction.expiresAt)).toBe(false);
    expect(await stores().interactions.close(interaction.id, interaction.expiresAt)).toBe(false);
  });

  test.each(hostile)('what is not there is not found: %j', async (id) => {
    expect(await stores().interactions.find(id, now)).toBeUndefined();
    expect(await stores().interactions.answer(id, {}, now)).toBe(false);
    expect(await stores().interactions.close(id, now)).toBe(false);
    await stores().interactions.ask(id, { name: 'login' });
  });

  test.each([...hostile, '\ud800 alone'])('RFC 6749 §4.1.1: the request comes back as it was: %j', async (text) => {
    const { id } = await opened({ request: { state: text, [text]: [text] }, uiLocales: text, returnTo: `/${text}` });
    const found = await stores().interactions.find(id, now);
    expect(found?.request).toEqual({ state: text, [text]: [text] });
    expect([found?.uiLocales, found?.returnTo]).toEqual([text, `/${text}`]);
  });

  test.each(hostile)('a login hint comes back as it was: %j', async (loginHint) => {
    const { id } = await opened({ prompt: { name: 'login', loginHint } });
    expect((await stores().interactions.find(id, now))?.prompt).toEqual({ name: 'login', loginHint });
  });

  test('20 are opened at once; an id that is taken is refused', async () => {
    const all = await atOnce(20, () => opened());
    expect(await Promise.all(all.map(({ id }) => stores().interactions.find(id, now)))).toEqual(all);
    await expect(stores().interactions.open(all[0]!)).rejects.toThrow();
  });

  test('asks the next question and keeps the answers', async () => {
    const { id } = await opened();
    const { sid } = aSession();
    expect(await stores().interactions.answer(id, { login: { sid, at: now } }, now)).toBe(true);
    await stores().interactions.ask(id, { name: 'consent', scopes: ['openid'] });
    const found = await stores().interactions.find(id, now);
    expect(found?.prompt).toEqual({ name: 'consent', scopes: ['openid'] });
    expect(found?.answers).toEqual({ login: { sid, at: now } });
  });

  test('of the answers to one prompt the later stands; answers at once are all kept', async () => {
    const { id } = await opened();
    await stores().interactions.answer(id, { login: { sid: 'first', at: now }, denied: { at: now } }, now);
    await Promise.all([
      stores().interactions.answer(id, { login: { sid: 'second', at: now + 1 } }, now),
      stores().interactions.answer(id, { select_account: { sid: 's', at: now } }, now),
      stores().interactions.answer(id, { consent: { sid: 's', scopes: ['openid'], at: now } }, now),
    ]);
    expect((await stores().interactions.find(id, now))?.answers).toEqual({
      login: { sid: 'second', at: now + 1 },
      select_account: { sid: 's', at: now },
      consent: { sid: 's', scopes: ['openid'], at: now },
      denied: { at: now },
    });
  });

  test('of 20 that close it at once one does; then it is no longer there', async () => {
    const { id } = await opened();
    const closed = await atOnce(20, () => stores().interactions.close(id, now));
    expect(closed.filter(Boolean)).toHaveLength(1);
    expect(await stores().interactions.find(id, now)).toBeUndefined();
    expect(await stores().interactions.answer(id, { denied: { at: now } }, now)).toBe(false);
    await stores().interactions.ask(id, { name: 'login' });
    expect(await stores().interactions.find(id, now)).toBeUndefined();
  });
};
