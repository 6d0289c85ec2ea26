// Pictures of odd kinds, byte by byte.

import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** PNG's kinds of pixel, with how many samples each has. */
const KINDS = {
  grey: [0, 1],
  colour: [2, 3],
  "grey with alpha": [4, 2],
  "colour with alpha": [6, 4],
};

/**
 * @param {{width: number, height: number, kind: keyof typeof KINDS, depth?: 8 | 16}} what
 * @param {(x: number, y: number) => number[]} sampleAt each from 0 to 1
 * @returns {Buffer}
 */
export function png({ width, height, kind, depth = 8 }, sampleAt) {
  const [type, samples] = KINDS[kind];
  const bytes = depth / 8;
  const row = 1 + width * samples * bytes;
  const pixels = Buffer.alloc(row * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      sampleAt(x, y).forEach((value, index) => {
        const place = y * row + 1 + (x * samples + index) * bytes;
        pixels.writeUIntBE(Math.round(value * (2 ** depth - 1)), place, bytes);
      });
    }
  }
  return assemble(width, height, depth, type, deflateSync(pixels));
}

function assemble(width, height, depth, type, data) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, type], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", data),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A few bytes that say they are that many grey pixels, all of which are there. */
export function bomb(width, height) {
  return assemble(width, height, 8, 0, deflateSync(Buffer.alloc((1 + width) * height)));
}

/**
 * @param {Buffer} jpeg
 * @param {number} orientation EXIF's, from 1 to 8
 */
export function oriented(jpeg, orientation) {
  const tiff = Buffer.alloc(26);
  tiff.write("MM");
  tiff.writeUInt16BE(42, 2);
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(1, 8);
  // The tag, a short, one of it.
  tiff.writeUInt16BE(0x0112, 10);
  tiff.writeUInt16BE(3, 12);
  tiff.writeUInt32BE(1, 14);
  tiff.writeUInt16BE(orientation, 18);
  const data = Buffer.concat([Buffer.from("Exif\0\0"), tiff]);
  return withSegment(jpeg, 0xe1, data);
}

/** A JPEG with that segment after its first two bytes. */
export function withSegment(jpeg, marker, data) {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, data, jpeg.subarray(2)]);
}

/** A JPEG with bytes between its segments that mean nothing, as JPEG allows them: ITU T.81, B.1.1.2. */
export function filled(jpeg) {
  const parts = [jpeg.subarray(0, 2)];
  let place = 2;
  // Up to the scan, whose bytes are no segments.
  while (jpeg[place + 1] !== 0xda) {
    const end = place + 2 + jpeg.readUInt16BE(place + 2);
    parts.push(Buffer.alloc(3, 0xff), jpeg.subarray(place, end));
    place = end;
  }
  return Buffer.concat([...parts, Buffer.alloc(3, 0xff), jpeg.subarray(place)]);
}

/**
 * A BMP of 24 bits, whose header is the newer one, from below or from above, or OS/2's, which has half of the bytes for a
 * side.
 * @param {{width: number, height: number, kind: "os2" | "from below" | "from above"}} what
 * @param {(x: number, y: number) => number[]} colourAt red, green and blue, each from 0 to 255
 */
export function bmp({ width, height, kind }, colourAt) {
  const header = Buffer.alloc(kind === "os2" ? 12 : 40);
  header.writeUInt32LE(header.length);
  if (kind === "os2") {
    header.writeUInt16LE(width, 4);
    header.writeUInt16LE(height, 6);
    header.writeUInt16LE(1, 8);
    header.writeUInt16LE(24, 10);
  } else {
    header.writeUInt32LE(width, 4);
    header.writeInt32LE(kind === "from above" ? -height : height, 8);
    header.writeUInt16LE(1, 12);
    header.writeUInt16LE(24, 14);
  }
  const row = 4 * Math.ceil((3 * width) / 4);
  const pixels = Buffer.alloc(row * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const line = kind === "from above" ? y : height - 1 - y;
      pixels.set(colourAt(x, y).toReversed(), line * row + 3 * x);
    }
  }
  const head = Buffer.alloc(14);
  head.write("BM");
  head.writeUInt32LE(head.length + header.length + pixels.length, 2);
  head.writeUInt32LE(head.length + header.length, 10);
  return Buffer.concat([head, header, pixels]);
}

/** An icon of one picture, which may be a whole PNG. */
export function icon(picture, side) {
  const head = Buffer.alloc(22);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(1, 4);
  head.set([side, side, 0, 0, 1, 0, 32, 0], 6);
  head.writeUInt32LE(picture.length, 14);
  head.writeUInt32LE(head.length, 18);
  return Buffer.concat([head, picture]);
}

/** The first box of a file that is made of boxes, with its brands, and nothing that is of use. */
export function boxes(...brands) {
  const body = Buffer.from(`ftyp${brands[0]}\0\0\0\0${brands.slice(1).join("")}`, "latin1");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  return Buffer.concat([length, body, Buffer.alloc(64)]);
}
