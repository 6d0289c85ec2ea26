// The controls under "More".

const FIELDS = {
  size: "size",
  steps: "steps",
  styleWeight: "style-weight",
  contentWeight: "content-weight",
  tvWeight: "tv-weight",
  memory: "memory",
  precision: "precision",
};

function complaint(field) {
  const number = field.step === "1" ? "a whole number" : "a number";
  const most = field.max ? ` and at most ${field.max}` : "";
  return `${field.labels[0].textContent} needs ${number} of at least ${field.min}${most}.`;
}

/**
 * @returns {{size: number, steps: number, styleWeight: number, contentWeight: number, tvWeight: number,
 *   memory: number, precision: string}} memory in gigabytes
 * @throws {Error} that tells the visitor which field to change; the field is shown and has the focus
 */
export function readSettings() {
  const values = {};
  for (const [key, id] of Object.entries(FIELDS)) {
    const field = document.getElementById(id);
    // What is no number at all reads as an empty field.
    if (field.value === "" || !field.checkValidity()) {
      field.closest("details").open = true;
      field.focus();
      throw new Error(complaint(field));
    }
    values[key] = field.type === "number" ? field.valueAsNumber : field.value;
  }
  return values;
}
