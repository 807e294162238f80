import qrcode from 'qrcode-generator';

/** Modules of empty ground around the code. @see ISO/IEC 18004 §5.3.8 */
const margin = 4;

/** A text as an SVG that a camera reads; it grows to whatever size it is given. @see ISO/IEC 18004 */
export const renderQrCode = (text: string): string => {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  const size = count + 2 * margin;
  const places = Array.from({ length: count }, (_, index) => index);
  const dark = places.flatMap((row) =>
    places.filter((column) => code.isDark(row, column)).map((column) => [column, row]),
  );
  const path = dark.map(([column = 0, row = 0]) => `M${column + margin} ${row + margin}h1v1h-1z`).join('');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" width="${size * 8}" height="${size * 8}" shape-rendering="crispEdges">` +
    `<rect width="${size}" height="${size}" fill="#fff"/><path fill="#000" d="${path}"/></svg>`
  );
};
