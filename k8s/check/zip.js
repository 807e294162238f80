// Node has no reader for zip files.
import { inflateRawSync } from 'node:zlib';

const endOfDirectory = 'PK\u0005\u0006';
const directoryEntry = 0x02014b50;
const deflated = 8;

/**
 * One file of a zip archive.
 * @throws Error there is none, or it is packed in a way that we do not know
 */
export const fileIn = (zip, wanted) => {
  for (const entry of entriesOf(zip)) if (entry.name === wanted) return unpacked(zip, entry);
  throw new Error(`there is no ${wanted} in the archive`);
};

function* entriesOf(zip) {
  const end = zip.lastIndexOf(endOfDirectory, undefined, 'latin1');
  if (end < 0) throw new Error('is no zip archive');
  let at = zip.readUInt32LE(end + 16);
  while (zip.readUInt32LE(at) === directoryEntry) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    yield {
      name: zip.toString('utf8', at + 46, at + 46 + nameLength),
      method: zip.readUInt16LE(at + 10),
      size: zip.readUInt32LE(at + 20),
      begin: zip.readUInt32LE(at + 42),
    };
    at += 46 + nameLength + extraLength + commentLength;
  }
}

const unpacked = (zip, { name, method, size, begin }) => {
  if (method !== deflated) throw new Error(`${name} is packed by method ${method}`);
  // The header before the file has lengths of its own.
  const from = begin + 30 + zip.readUInt16LE(begin + 26) + zip.readUInt16LE(begin + 28);
  return inflateRawSync(zip.subarray(from, from + size));
};
