// The worker as the page has it: it takes orders, answers questions, and tells of what happens meanwhile.

export class Client {
  /** Whether the worker's engine is there. */
  opened = false;
  /** What is done about each kind of news. */
  #listeners = {};
  /** Counts the questions: an answer finds its asker by its number. */
  #asked = 0;
  /** Who waits for an answer, by the question's number. */
  #askers = new Map();
  #worker = new Worker(new URL("../worker/worker.js", import.meta.url), { type: "module" });

  /** @param {(message: string) => void} broken told where the worker's own code fails, with what the browser says of it */
  constructor(broken) {
    this.#worker.onmessage = ({ data }) => this.#take(data);
    this.#worker.onerror = ({ message }) => broken(message);
  }

  #take({ type, ...values }) {
    if (type === "answer") {
      const { question, ...answer } = values;
      this.#askers.get(question)(answer);
      this.#askers.delete(question);
      return;
    }
    this.opened ||= type === "opened";
    this.#listeners[type](values);
  }

  /** @param {Record<string, (news: object) => void>} listeners by the kind of news that each is told */
  listen(listeners) {
    Object.assign(this.#listeners, listeners);
  }

  /** @param {{type: string}} order */
  send(order, transfer = []) {
    this.#worker.postMessage(order, transfer);
  }

  /**
   * @param {{type: string}} question
   * @returns {Promise<object>} the worker's answer to this question, whatever it is asked meanwhile
   */
  ask(question) {
    this.#asked += 1;
    const asked = this.#asked;
    this.send({ ...question, question: asked });
    return new Promise((resolve) => this.#askers.set(asked, resolve));
  }

  /** Ends the worker, and with it everything that it does. */
  end() {
    this.#worker.terminate();
  }
}
