// The time that is left, by a clock of the test's own.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Rate } from "../../www/page/stage/rate.js";
import { stepsOf, workUpTo } from "../../www/page/stage/work.js";

// As the engine gives them for 512 pixels: by the default, and by the tutorial, at one size.
const BRUSH = [
  { steps: 200, work: 1.25 },
  { steps: 50, work: 2 },
  { steps: 50, work: 5 },
  { steps: 50, work: 17 },
  { steps: 30, work: 17 },
];
const TUTORIAL = [{ steps: 1000, work: 17 }];

/** Seconds that a text says. */
const seconds = ({ key, values }) =>
  ({
    "seconds-left": () => values.seconds,
    "minutes-left": () => 60 * values.minutes,
    "hours-left": () => 3600 * values.hours + 60 * values.minutes,
  })[key]();

/** Paints by a clock on which a step of each stage takes so long, and gives what was said and what was right, after each. */
function painted(stages, secondsOf) {
  const rate = new Rate();
  const all = stages.reduce((sum, stage) => sum + stage.steps * secondsOf(stage), 0);
  const told = [];
  let [now, step] = [0, 0];
  const clock = performance.now;
  performance.now = () => 1000 * now;
  try {
    rate.add(0);
    for (const stage of stages) {
      for (let number = 0; number < stage.steps; number++) {
        now += secondsOf(stage);
        step += 1;
        rate.add(workUpTo(stages, step));
        const left = workUpTo(stages, stepsOf(stages)) - workUpTo(stages, step);
        told.push({ part: now / all, said: seconds(rate.timeLeft(left)), right: all - now });
      }
    }
  } finally {
    performance.now = clock;
  }
  return told;
}

test("the time left is right by a factor of 1.5 after the first tenth, the sizes to come included", () => {
  // What a step takes however small it is, beside what the stages say: other machines have more of it, or less.
  const machines = [0, -0.3, 0.4].map(
    (more) =>
      ({ work }) =>
        0.3 * (work + more),
  );
  for (const stages of [BRUSH, TUTORIAL]) {
    for (const secondsOf of machines) {
      for (const { part, said, right } of painted(stages, secondsOf)) {
        // Whole minutes, and the last seconds, are rounded.
        if (part > 0.1 && right > 90) {
          assert.ok(said < 1.5 * right && right < 1.5 * said, `${said} s for ${right} at ${part}`);
        }
      }
    }
  }
});

test("nothing is said before there is anything to tell by", () => {
  const rate = new Rate();
  assert.equal(rate.timeLeft(10), "");
  rate.add(1);
  assert.equal(rate.timeLeft(10), "");
});

test("steps are counted through the stages, and each weighs what it takes", () => {
  assert.equal(workUpTo(BRUSH, 0), 0);
  assert.equal(workUpTo(BRUSH, 210), 200 * 1.25 + 10 * 2);
  assert.equal(workUpTo(BRUSH, 1000), workUpTo(BRUSH, stepsOf(BRUSH)));
});
