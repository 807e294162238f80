const scopes: Record<string, string> = {
  openid: 'Confirm who you are',
  profile: 'See your name and profile',
  email: 'See your e-mail address',
  phone: 'See your phone number',
  address: 'See your postal address',
  username: 'See your user name',
  roles: 'See your roles',
  user: 'See your profile, e-mail address, phone number and postal address',
  offline_access: 'Stay connected while you are away',
};

const minutes = (seconds: number): string => {
  const count = Math.ceil(seconds / 60);
  return count === 1 ? '1 minute' : `${count} minutes`;
};

/** Everything the pages say, in English; the other languages have the same keys. */
export const en = {
  scopes,
  website: 'Website',
  privacyPolicy: 'Privacy policy',
  terms: 'Terms of service',
  cancel: 'Cancel',
  backTo: (client: string) => `Back to ${client}`,

  signIn: 'Sign in',
  signInTo: (client: string) => `to continue to ${client}`,
  identifier: 'User name, e-mail or phone',
  password: 'Password',
  wrongCredentials: 'That user name and password do not match. Please try again.',
  tooManyAttempts: (retryAfterSeconds?: number) =>
    `Too many attempts. Please try again ${retryAfterSeconds === undefined ? 'later' : `in ${minutes(retryAfterSeconds)}`}.`,

  selectAccount: 'Choose an account',
  continueAs: (account: string) => `Continue as ${account}`,
  otherAccount: 'Use another account',

  consent: (client: string) => `Allow ${client} access?`,
  consentIntro: (client: string) => `${client} would like to:`,
  signedInAs: (account: string) => `Signed in as ${account}`,
  allow: 'Allow',
  deny: 'Deny',

  device: 'Connect a device',
  deviceIntro: 'Type the code that your device shows.',
  userCode: 'Code',
  continue: 'Continue',
  unknownUserCode: 'That code is unknown or has expired. Compare it with your device, or get a new one there.',
  deviceConfirm: (client: string) => `Connect ${client}?`,
  deviceConfirmIntro: 'Compare this code with the one on your device.',
  deviceWarning: 'If somebody sent you this code, or your device shows another one, do not continue.',
  deviceIsMine: 'It is the same code',
  deviceIsNotMine: 'Not my device',
  deviceApproved: 'Your device is connected',
  deviceApprovedIntro: (client: string) => `Go on at your device, in ${client}. You can close this window now.`,
  deviceDenied: 'Not connected',
  deviceDeniedIntro: (client: string) => `${client} gets no access on that device. You can close this window now.`,

  logout: 'Sign out?',
  logoutIntro: 'This signs you out of every application that you use with this account.',
  logoutConfirm: 'Sign out',
  stay: 'Stay signed in',
  stillSignedIn: 'You are still signed in',
  stillSignedInIntro: 'Nothing has changed. You can close this window now.',
  loggedOut: 'You are signed out',
  loggedOutIntro: 'You can close this window now.',
  loggedOutGoesOn: 'Your applications are being told. You go on in a moment.',
  goOn: 'Go on',

  sessions: 'Where you are signed in',
  browserOn: (browser?: string, system?: string): string =>
    browser && system ? `${browser} on ${system}` : (browser ?? system ?? 'Unknown browser'),
  thisSession: 'This browser',
  sessionSince: 'Signed in',
  sessionLastUsed: 'last used',
  endSession: 'Sign out there',
  endOtherSessions: 'Sign out everywhere else',

  register: 'Accounts are not made here',
  registerIntro: 'An administrator makes them. Please ask yours for an account, then sign in.',
  signInAt: (client: string) => `Sign in to ${client}`,

  error: 'This did not work',
  errorIntro:
    'Please go back to the application and try again. If it happens again, give its support the details below.',
  unavailable: 'Just a moment, please',
  unavailableIntro: 'The service does not answer right now. Please try again in a few seconds.',
  notFound: 'Nothing here',
  notFoundIntro: 'This address leads nowhere. Please check it, or go back to the application.',
  errorCode: 'Error',
  errorDescription: 'Details',
  correlationId: 'Reference',

  formPost: 'One moment',
  formPostIntro: (host: string) => `You are being taken back to ${host}.`,
  formPostContinue: 'Continue',
};

/** What a language has to say. */
export type Messages = typeof en;
