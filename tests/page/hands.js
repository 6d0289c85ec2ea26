// What a visitor's hands bring: files, words and addresses, dropped or pasted.

/**
 * Lets go of what is dragged, or pastes what is on the clipboard, over an element.
 * @param {import("playwright-core").Page} page
 * @param {"drop" | "paste"} kind
 * @param {string} selector of the element
 * @param {{name: string, mimeType: string, buffer: Buffer}[]} files
 * @param {Record<string, string>} [data] more of it, by its type
 * @returns {Promise<boolean>} whether the browser is left to do with it what it does by itself
 */
export function bring(page, kind, selector, files, data = {}) {
  const given = files.map(({ name, mimeType, buffer }) => ({
    name,
    mimeType,
    base64: buffer.toString("base64"),
  }));
  return page.evaluate(
    ({ kind, selector, given, data }) => {
      const transfer = new DataTransfer();
      for (const { name, mimeType, base64 } of given) {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type: mimeType }));
      }
      for (const [type, value] of Object.entries(data)) {
        transfer.setData(type, value);
      }
      const options = { bubbles: true, cancelable: true };
      const event =
        kind === "paste"
          ? new ClipboardEvent("paste", { ...options, clipboardData: transfer })
          : new DragEvent("drop", { ...options, dataTransfer: transfer });
      return document.querySelector(selector).dispatchEvent(event);
    },
    { kind, selector, given, data },
  );
}
