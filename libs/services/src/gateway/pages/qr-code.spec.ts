import { describe, expect, it } from '@jest/globals';
import { renderQrCode } from './qr-code.js';

const uri = 'https://id.example.test/device?user_code=WDJB-MJHT';

/** The picture row by row, as it is painted. */
const rowsOf = (svg: string): string[] => {
  const size = Number(/viewBox="0 0 (\d+) /.exec(svg)?.[1]);
  const rows = Array.from({ length: size }, () => Array.from({ length: size }, () => ' '));
  for (const [, column, row] of svg.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) rows[Number(row)]![Number(column)] = '#';
  return rows.map((row) => row.join(''));
};

const finder = ['#######', '#     #', '# ### #', '# ### #', '# ### #', '#     #', '#######'];

describe('ISO/IEC 18004: a QR code', () => {
  it('has a finder pattern in three corners, and four modules of ground around', () => {
    const rows = rowsOf(renderQrCode(uri));
    const end = rows.length - 11;
    const at = (top: number, left: number) => rows.slice(top, top + 7).map((row) => row.slice(left, left + 7));
    expect([at(4, 4), at(4, end), at(end, 4)]).toEqual([finder, finder, finder]);
    expect(rows.filter((row) => row.trim() === '')).toHaveLength(8);
    for (const row of rows) expect([row.slice(0, 4), row.slice(-4)]).toEqual(['    ', '    ']);
  });

  it('grows with the text', () => {
    expect([14, 42, 62, 213].map((length) => rowsOf(renderQrCode('x'.repeat(length))).length)).toEqual([
      29, 37, 41, 65,
    ]);
  });

  it('the text stands nowhere in the picture but in its modules', () => {
    const svg = renderQrCode('"><script>alert(1)</script>');
    expect(svg).toMatch(/^<svg [^<>]*><rect [^<>]*\/><path fill="#000" d="[Mhvz0-9 -]*"\/><\/svg>$/);
    expect(svg).not.toEqual(renderQrCode(uri));
  });
});
