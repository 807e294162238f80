/** In milliseconds. */
export const halfMinute = 30_000;

/** How far the clocks of the services are ahead, and behind: codes are issued by one and redeemed by another. */
export const clocks = (ahead: number) => ({
  gateway: -ahead,
  authorize: ahead,
  session: -ahead,
  token: -ahead,
  introspection: ahead,
  userinfo: ahead,
});
