import type { Messages } from './en.js';

/** Everything the pages say, in simplified Chinese. */
export const zhCn: Messages = {
  scopes: {
    openid: '确认您的身份',
    profile: '查看您的姓名和个人资料',
    email: '查看您的邮箱地址',
    phone: '查看您的手机号码',
    address: '查看您的联系地址',
    username: '查看您的用户名',
    roles: '查看您的角色',
    user: '查看您的个人资料、邮箱、手机号和地址',
    offline_access: '在您离开时保持连接',
  },
  website: '官方网站',
  privacyPolicy: '隐私政策',
  terms: '服务条款',
  cancel: '取消',
  backTo: (client) => `返回 ${client}`,

  signIn: '登录',
  signInTo: (client) => `以继续使用 ${client}`,
  identifier: '用户名、邮箱或手机号',
  password: '密码',
  wrongCredentials: '用户名或密码不正确，请重试。',
  tooManyAttempts: (retryAfterSeconds) =>
    retryAfterSeconds === undefined
      ? '尝试次数过多，请稍后再试。'
      : `尝试次数过多，请在 ${Math.ceil(retryAfterSeconds / 60)} 分钟后再试。`,

  selectAccount: '选择账号',
  continueAs: (account) => `以 ${account} 的身份继续`,
  otherAccount: '使用其他账号',

  consent: (client) => `允许 ${client} 访问吗？`,
  consentIntro: (client) => `${client} 希望：`,
  signedInAs: (account) => `当前账号：${account}`,
  allow: '允许',
  deny: '拒绝',

  device: '连接设备',
  deviceIntro: '请输入设备上显示的代码。',
  userCode: '代码',
  continue: '继续',
  unknownUserCode: '代码不存在或已过期。请与设备核对，或在设备上重新获取。',
  deviceConfirm: (client) => `连接 ${client} 吗？`,
  deviceConfirmIntro: '请与您设备上显示的代码核对。',
  deviceWarning: '如果代码是别人发给您的，或者设备显示的是另一个代码，请不要继续。',
  deviceIsMine: '代码一致',
  deviceIsNotMine: '不是我的设备',
  deviceApproved: '设备已连接',
  deviceApprovedIntro: (client) => `请在设备上继续使用 ${client}。现在可以关闭此窗口。`,
  deviceDenied: '未连接',
  deviceDeniedIntro: (client) => `该设备上的 ${client} 没有获得访问权限。现在可以关闭此窗口。`,

  logout: '要退出登录吗？',
  logoutIntro: '您将从使用此账号的所有应用中退出。',
  logoutConfirm: '退出登录',
  stay: '保持登录',
  stillSignedIn: '您仍处于登录状态',
  stillSignedInIntro: '没有任何更改。现在可以关闭此窗口。',
  loggedOut: '您已退出登录',
  loggedOutIntro: '现在可以关闭此窗口。',
  loggedOutGoesOn: '正在通知您的应用，请稍候，即将继续。',
  goOn: '继续',

  sessions: '您的登录位置',
  browserOn: (browser, system) =>
    browser && system ? `${system} 上的 ${browser}` : (browser ?? system ?? '未知浏览器'),
  thisSession: '当前浏览器',
  sessionSince: '登录于',
  sessionLastUsed: '最近使用',
  endSession: '在该处退出登录',
  endOtherSessions: '退出所有其他位置',

  register: '这里不能自助注册',
  registerIntro: '账号由管理员创建。请联系管理员开通账号，然后登录。',
  signInAt: (client) => `登录 ${client}`,

  error: '操作未能完成',
  errorIntro: '请返回应用后重试。如果问题再次出现，请将以下信息提供给应用的客服。',
  unavailable: '请稍候',
  unavailableIntro: '服务暂时没有响应，请过几秒钟再试。',
  notFound: '页面不存在',
  notFoundIntro: '此地址没有内容。请检查地址，或返回应用。',
  errorCode: '错误',
  errorDescription: '详情',
  correlationId: '编号',

  formPost: '请稍候',
  formPostIntro: (host) => `正在返回 ${host}。`,
  formPostContinue: '继续',
};
