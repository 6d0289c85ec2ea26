// The time that is left, by a clock of the test's own.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Rate } from "../../www/page/stage/rate.js";
import { stageAt, stepsOf, workUpTo } from "../../www/shared/stages.js";
import { Speed, secondsAt, Timing } from "../../www/worker/speed.js";

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

/** Settings of which only what counts for the speed is here. */
const settings = { perception: { styleLoss: "nearest" }, precision: "full" };

test("what a step takes lies on the line through what was measured", () => {
  const line = [1, 2, 5].map((work) => ({ work, seconds: 0.002 + 0.003 * work }));
  for (const work of [1, 1.5, 2, 3, 5, 17, 200]) {
    assert.ok(Math.abs(secondsAt(line, work) / (0.002 + 0.003 * work) - 1) < 1e-9, `${work}`);
  }
  // One point alone says that more work takes more, and less no longer.
  assert.equal(secondsAt([{ work: 2, seconds: 1 }], 4), 2);
  assert.equal(secondsAt([{ work: 2, seconds: 1 }], 1), 1);
  // Two that say that more work takes less time say nothing of larger ones.
  const odd = [
    { work: 1, seconds: 2 },
    { work: 2, seconds: 1 },
  ];
  assert.equal(secondsAt(odd, 100), 1);
});

test("a painting's time is known from a look at it, and better from a painting", () => {
  const speed = new Speed();
  assert.equal(speed.estimate(settings, BRUSH), null);
  /** Paints by steps that take this long, in batches of four. */
  const paint = (stages, secondsOf) => {
    const timing = new Timing(speed, settings, stages);
    let step = 0;
    for (const stage of stages) {
      for (let done = 0; done < stage.steps; done += 4) {
        const steps = Math.min(4, stage.steps - done);
        step += steps;
        // What a size needs comes with its first steps.
        timing.add(step, steps, steps * secondsOf(stage) + (done === 0 ? 3 : 0));
      }
    }
    return stages.reduce((sum, stage) => sum + stage.steps * secondsOf(stage), 0);
  };
  const secondsOf = ({ work, refining }) => 0.002 + 0.003 * work * (refining ? 1.5 : 1);
  const stages = BRUSH.map((stage, index) => ({ ...stage, refining: index === 4 }));
  const [small, larger] = stages;
  paint([small, { ...larger, steps: 18 }, { ...larger, steps: 15, refining: true }], secondsOf);
  const right = stages.reduce((sum, stage) => sum + stage.steps * secondsOf(stage), 0);
  const guessed = speed.estimate(settings, stages);
  assert.ok(guessed / right > 0.9 && guessed / right < 1.1, `${guessed} for ${right}`);
  paint(stages, secondsOf);
  assert.ok(Math.abs(speed.estimate(settings, stages) / right - 1) < 1e-9);
  // Of another way to compare styles it is better than nothing.
  const other = { ...settings, perception: { styleLoss: "gram" } };
  assert.ok(speed.estimate(other, TUTORIAL) > 0);
  // What is kept says the same on the next visit.
  const kept = new Speed(JSON.parse(JSON.stringify(speed.known)));
  assert.equal(kept.estimate(settings, stages), speed.estimate(settings, stages));
});

test("a step belongs to its size", () => {
  const indices = [1, 200, 201, 250, 380, 1000].map((step) => stageAt(BRUSH, step).index);
  assert.deepEqual(indices, [0, 0, 1, 1, 4, 4]);
});
