// What the visitor wants of the page itself, in every painting: kept by the browser where it keeps anything.

import { byId } from "../../shared/elements.js";

const fields = ["gentle", "background", "keep"].map((id) => byId(id, HTMLInputElement));

function stored() {
  try {
    return JSON.parse(localStorage.getItem("impasto-preferences") ?? "{}") ?? {};
  } catch {
    return {};
  }
}

function store() {
  try {
    localStorage.setItem("impasto-preferences", JSON.stringify(preferences()));
  } catch {
    // Private windows may refuse: then it holds until the page is closed.
  }
}

/** @returns {{gentle: boolean, background: boolean, keep: boolean}} */
export function preferences() {
  const [gentle, background, keep] = fields.map(({ checked }) => checked);
  return { gentle, background, keep };
}

/** @param {() => void} changed called when one is changed */
export function listenToPreferences(changed) {
  const before = stored();
  for (const field of fields) {
    if (typeof before[field.id] === "boolean") {
      field.checked = before[field.id];
    }
    field.onchange = () => {
      store();
      changed();
    };
  }
}
