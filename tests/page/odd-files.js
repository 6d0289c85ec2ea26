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
