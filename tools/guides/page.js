import { answer, claims, registration, request } from './http.js';

const words = {
  en: {
    written: 'Written by `node tools/guides.js` from',
    for: 'For',
    register: 'Register the application',
    registerText: 'In `portico.yaml`; then `npm run portico -- apply portico.yaml`.',
    parameter: '| Parameter | | Meaning | Section |',
    required: 'required',
    recommended: 'recommended',
    optional: 'optional',
    landing: 'The browser comes back to:',
    answers: 'The answer:',
    inside: (token) => `Inside \`${token}\`:`,
    random:
      'What stands in braces is random, or comes from an earlier step; times are an example. A test sends these requests and compares the answers.',
    guides: 'Guides',
    choose: '| Application | Flow | Why |',
    all: 'All guides',
    postman: 'The same requests as a Postman collection',
    other: '[中文](../zh-cn/FILE)',
    stop: '.',
  },
  'zh-cn': {
    written: '由 `node tools/guides.js` 生成，来源：',
    for: '适用于',
    register: '登记应用',
    registerText: '写入 `portico.yaml`，然后执行 `npm run portico -- apply portico.yaml`。',
    parameter: '| 参数 | | 含义 | 出处 |',
    required: '必填',
    recommended: '建议',
    optional: '可选',
    landing: '浏览器会回到：',
    answers: '回答：',
    inside: (token) => `\`${token}\` 的内容：`,
    random: '花括号中的值是随机的，或来自前面的步骤；时间仅为示例。这些请求由测试实际发送，并比对回答。',
    guides: '指南',
    choose: '| 应用 | 模式 | 原因 |',
    all: '全部指南',
    postman: '同样的请求，Postman 集合',
    other: '[English](../en/FILE)',
    stop: '。',
  },
};

const paragraph = (text) => (text === undefined ? [] : [text.trim(), '']);

const pathOf = ({ request: line }) => line.split(' ')[1];

const rows = (step, parameters, language) =>
  ['required', 'recommended', 'optional'].flatMap((need) =>
    Object.keys(step[need] ?? {}).map((name) => {
      const known = parameters[pathOf(step)]?.[name];
      if (!known) throw new Error(`${pathOf(step)} ${name} has no meaning in docs/guides/source/parameters.yaml`);
      return `| \`${name}\` | ${words[language][need]} | ${known[language]} | ${known.section} |`;
    }),
  );

/** A step that is like one before it, and requires no more, needs no table of its own. */
const explained = (step, guide) =>
  guide.steps
    .slice(0, guide.steps.indexOf(step))
    .some(
      (one) =>
        one.request === step.request &&
        one.required?.grant_type === step.required?.grant_type &&
        Object.keys(step.required ?? {}).every((name) => name in (one.required ?? {})),
    );

const table = (step, { guide, parameters, language }) => {
  const lines = explained(step, guide) ? [] : rows(step, parameters, language);
  return lines.length > 0 ? [words[language].parameter, '| --- | --- | --- | --- |', ...lines, ''] : [];
};

const stepPage = (step, at, context) => {
  const { guide, language } = context;
  const say = words[language];
  const shownAnswer = answer(step.answer);
  return [
    `## ${at + 1}. ${step.title[language]}`,
    '',
    ...paragraph(step.text?.[language]),
    ...request(step, guide),
    ...(shownAnswer.length > 0 ? [step.answer.location ? say.landing : say.answers, ''] : []),
    ...shownAnswer,
    ...Object.entries(step.answer.decoded ?? {}).flatMap(([token, payload]) => [
      say.inside(token),
      '',
      ...claims(payload),
    ]),
    ...paragraph(step.notes?.[language]),
    ...table(step, context),
  ];
};

const heading = (title, file, language) => [
  `# ${title[language]}`,
  '',
  `[${words[language].all}](README.md) · ${words[language].other.replace('FILE', file)}`,
  '',
];

/** The page of one guide in one language. */
export const guidePage = (guide, parameters, language) => {
  const say = words[language];
  return [
    `<!-- ${say.written} docs/guides/source/${guide.name}.yaml -->`,
    '',
    ...heading(guide.title, `${guide.name}.md`, language),
    `_${guide.for[language]}_`,
    '',
    ...paragraph(guide.about[language]),
    ...paragraph(say.random),
    `## ${say.register}`,
    '',
    ...paragraph(say.registerText),
    ...registration(guide.clients),
    ...guide.steps.flatMap((step, at) => stepPage(step, at, { guide, parameters, language })),
  ].join('\n');
};

/** The page that says which flow is for which application. */
export const choosePage = ({ title, about, applications }, guides, language) => {
  const say = words[language];
  const link = (flow) => `[${guides.find(({ name }) => name === flow).title[language]}](${flow}.md)`;
  return [
    `<!-- ${say.written} docs/guides/source/choose.yaml -->`,
    '',
    `# ${title[language]}`,
    '',
    say.other.replace('FILE', 'README.md'),
    '',
    ...paragraph(about[language]),
    say.choose,
    '| --- | --- | --- |',
    ...applications.map((row) => `| ${row.application[language]} | ${link(row.flow)} | ${row.why[language]} |`),
    '',
    `## ${say.guides}`,
    '',
    ...guides.map(({ name, title: its }) => `- [${its[language]}](${name}.md)`),
    '',
    `[${say.postman}](../../postman/portico.postman_collection.json)`,
    '',
  ].join('\n');
};
