// What a host's headers allow, and what the page needs of them.

/** What the page loads and from where, by the directives that say so; where one is missing, the next one counts. */
const NEEDED = [
  { directives: ["script-src", "default-src"], sources: ["'self'", "'wasm-unsafe-eval'"] },
  { directives: ["style-src", "default-src"], sources: ["'self'"] },
  { directives: ["img-src", "default-src"], sources: ["'self'", "blob:"] },
  { directives: ["connect-src", "default-src"], sources: ["'self'"] },
  { directives: ["worker-src", "child-src", "script-src", "default-src"], sources: ["'self'"] },
  { directives: ["manifest-src", "default-src"], sources: ["'self'"] },
];

/** Directives that forbid what the page does, whatever they say. */
const FORBIDDING = ["sandbox", "require-trusted-types-for"];

/** Features of browsers that the page uses, where a host allows them, and what is missing without each. */
const FEATURES = {
  camera: "no photo can be taken in the page",
  "clipboard-write": "nothing can be copied",
  fullscreen: "there is no full screen",
  "screen-wake-lock": "the screen does not stay on while it paints",
  "web-share": "nothing can be shared",
};

/** @param {string} policy one of those of a header */
const directivesOf = (policy) =>
  new Map(
    policy
      .split(";")
      .map((directive) => directive.trim().split(/\s+/))
      .filter(([name]) => name)
      .map(([name, ...sources]) => [name.toLowerCase(), sources.map((one) => one.toLowerCase())]),
  );

/**
 * @param {string[]} sources that are allowed
 * @param {string} needed
 * @param {URL} url of the page
 */
function allows(sources, needed, { protocol, host, origin }) {
  if (needed === "'self'") {
    const own = ["'self'", "*", host, origin, protocol];
    return sources.some((source) => own.includes(source.replace(/\/$/, "")));
  }
  if (needed === "'wasm-unsafe-eval'") {
    return sources.includes(needed) || sources.includes("'unsafe-eval'");
  }
  return sources.includes(needed);
}

function* lacksOfOne(policy, url) {
  const directives = directivesOf(policy);
  for (const name of FORBIDDING.filter((name) => directives.has(name))) {
    yield `its Content-Security-Policy has ${name}, with which the page does not work: leave that out`;
  }
  for (const { directives: names, sources } of NEEDED) {
    const name = names.find((name) => directives.has(name));
    const lacking = name ? sources.filter((one) => !allows(directives.get(name), one, url)) : [];
    if (lacking.length > 0) {
      yield `its Content-Security-Policy does not allow the page ${lacking.join(" and ")} in ${names[0]}: add that, or take the policy of docs/hosting.md`;
    }
  }
}

/**
 * @param {string | undefined} header Content-Security-Policy; several policies all hold
 * @param {URL} url of the page
 * @returns {string[]} what the page needs and is not allowed
 */
export const lacksOf = (header, url) =>
  (header ?? "").split(",").flatMap((policy) => [...lacksOfOne(policy, url)]);

/**
 * @param {string | undefined} header Permissions-Policy
 * @returns {string[]} what is missing by it
 */
export const missingFeatures = (header) =>
  Object.entries(FEATURES)
    .filter(([name]) => new RegExp(`(^|[,\\s])${name}=\\(\\s*\\)`).test(header ?? ""))
    .map(([name, what]) => `its Permissions-Policy switches ${name} off: ${what}`);
