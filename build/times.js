// A reporter for `node --test`: of each test a line with its seconds, a tab, its file and its name, for build/stages.sh.

import { basename } from "node:path";

export default async function* times(source) {
  for await (const { type, data } of source) {
    if (type === "test:pass" || type === "test:fail") {
      const seconds = (data.details.duration_ms / 1000).toFixed(1);
      yield `${seconds}\t${basename(data.file, ".test.js")}: ${data.name}\n`;
    }
  }
}
