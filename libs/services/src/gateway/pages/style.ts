/** How the pages look in a window of their own; the other displays stand in `stylesheets`. */
export const stylesheet = `
:root {
  color-scheme: light dark;
  --ground: #f3f4f8;
  --card: #ffffff;
  --line: #d9dce5;
  --field: #868d9e;
  --text: #171a21;
  --muted: #565d6d;
  --accent: #3557d6;
  --accent-hover: #2a47b8;
  --on-accent: #ffffff;
  --tint: #eceffb;
  --fault: #a4161a;
  --fault-tint: #fdecec;
  --shadow: 0 1px 2px rgb(20 24 40 / 6%), 0 12px 40px rgb(20 24 40 / 8%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0e1016;
    --card: #171a22;
    --line: #2c313d;
    --field: #6f778a;
    --text: #eef0f5;
    --muted: #a6adbd;
    --accent: #93aaff;
    --accent-hover: #b3c3ff;
    --on-accent: #10142a;
    --tint: #222a45;
    --fault: #ffb3b0;
    --fault-tint: #3a1c1f;
    --shadow: none;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0;
  min-height: 100vh;
  min-height: 100dvh;
  display: grid;
  place-items: center;
  padding: 24px 16px;
  background: var(--ground);
  color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans SC", sans-serif;
}
main {
  width: 100%;
  max-width: 420px;
  padding: 40px;
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 20px;
  box-shadow: var(--shadow);
  overflow-wrap: anywhere;
}
header { text-align: center; margin-bottom: 28px; }
header:last-child { margin-bottom: 0; }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.3; font-weight: 650; letter-spacing: -0.01em; text-wrap: balance; }
p { margin: 8px 0 0; }
header p { color: var(--muted); text-wrap: balance; }
.logo, .avatar {
  display: grid;
  place-items: center;
  flex: none;
  overflow: hidden;
  background: var(--tint);
  color: var(--accent);
  font-weight: 650;
}
.logo { position: relative; width: 64px; height: 64px; margin: 0 auto 20px; border-radius: 16px; font-size: 1.75rem; }
.logo img { display: block; width: 64px; height: 64px; object-fit: contain; }
.logo img::after {
  content: attr(data-initial);
  position: absolute;
  inset: 0;
  display: grid;
  place-items: center;
  background: var(--tint);
}
.avatar { width: 36px; height: 36px; border-radius: 50%; }
label { display: block; margin-bottom: 6px; font-size: 0.9375rem; font-weight: 550; }
input {
  display: block;
  width: 100%;
  min-height: 48px;
  margin: 0 0 18px;
  padding: 10px 14px;
  border: 1px solid var(--field);
  border-radius: 12px;
  background: var(--card);
  color: inherit;
  font: inherit;
}
input[type="hidden"] { display: none; }
input[aria-invalid="true"] { border-color: var(--fault); }
.buttons { display: grid; gap: 12px; margin-top: 28px; }
button {
  width: 100%;
  min-height: 48px;
  padding: 10px 16px;
  border: 1px solid transparent;
  border-radius: 12px;
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
.primary { background: var(--accent); color: var(--on-accent); }
.primary:hover { background: var(--accent-hover); }
.secondary { background: transparent; border-color: var(--line); color: var(--text); }
.secondary:hover, .account:hover { background: var(--tint); }
.account {
  display: flex;
  align-items: center;
  gap: 14px;
  min-height: 64px;
  background: transparent;
  border-color: var(--field);
  color: var(--text);
  text-align: left;
}
a, button, input { transition: background-color 120ms, border-color 120ms; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
input:focus-visible { outline-offset: -1px; outline-width: 2px; border-color: var(--accent); }
.fault { margin: 0 0 20px; padding: 12px 14px; border-radius: 12px; background: var(--fault-tint); color: var(--fault); }
.scopes { margin: 12px 0 0; padding: 0; list-style: none; border: 1px solid var(--line); border-radius: 12px; }
.scopes li { display: flex; gap: 12px; padding: 12px 14px; }
.scopes li + li { border-top: 1px solid var(--line); }
.scopes li::before {
  content: "";
  flex: none;
  width: 7px;
  height: 12px;
  margin: 4px 4px 0 3px;
  border: solid var(--accent);
  border-width: 0 2px 2px 0;
  transform: rotate(45deg);
}
.user-code { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace; text-align: center; letter-spacing: 0.12em; }
input.user-code { font-size: 1.25rem; text-transform: uppercase; }
input.user-code::placeholder { color: var(--muted); opacity: 0.6; }
p.user-code { margin: 0 0 16px; padding: 16px; border-radius: 12px; background: var(--tint); font-size: 1.75rem; font-weight: 650; line-height: 1.3; }
main:has(.sessions) { max-width: 560px; }
.sessions, .clients { margin: 0; padding: 0; list-style: none; }
.sessions > li { padding: 20px 0; border-top: 1px solid var(--line); }
.sessions h2 { margin: 0; font-size: 1.0625rem; font-weight: 600; }
.sessions p { margin-top: 4px; color: var(--muted); font-size: 0.9375rem; }
.sessions .here { color: var(--accent); font-weight: 550; }
.sessions button { min-height: 44px; margin-top: 14px; }
.clients { display: flex; flex-wrap: wrap; gap: 10px 18px; margin-top: 12px; font-size: 0.9375rem; }
.clients li { display: flex; align-items: center; gap: 8px; }
.clients .logo, .clients .logo img { width: 28px; height: 28px; margin: 0; border-radius: 7px; font-size: 0.875rem; }
code { font: 0.9375em ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace; }
dl { margin: 0; padding: 16px; border-radius: 12px; background: var(--ground); font-size: 0.9375rem; }
dt { color: var(--muted); font-size: 0.8125rem; }
dd { margin: 0; }
dd + dt { margin-top: 12px; }
footer { display: flex; flex-wrap: wrap; justify-content: center; gap: 0 20px; margin-top: 20px; font-size: 0.875rem; }
a { display: inline-flex; align-items: center; min-height: 44px; color: var(--muted); text-underline-offset: 3px; }
a:hover { color: var(--text); }
@media (max-width: 479px) {
  body { padding: 0; place-items: stretch; background: var(--card); }
  main { max-width: none; padding: 40px 24px 24px; border: 0; border-radius: 0; box-shadow: none; }
}
@media (prefers-reduced-motion: reduce) {
  a, button, input { transition: none; }
}
`;
