// The worker as the page has it: it takes orders, answers questions, and tells of what happens meanwhile.

/** @import { Listeners, News, Questions, ToDo } from "../shared/messages.js" */

export class Client {
  /** Whether the worker's engine is there. */
  opened = false;
  /** Until it is. */
  engineIsThere;
  /** @type {() => void} */
  #engineComes = () => {};
  /**
   * What is done about each kind of news.
   * @type {Record<string, (news: object) => unknown>}
   */
  #listeners = {};
  /** Counts the questions: an answer finds its asker by its number. */
  #asked = 0;
  /**
   * Who waits for an answer, by the question's number; which kind of answer, only the question knows.
   * @type {Map<number, (answer: any) => void>}
   */
  #askers = new Map();
  #worker = new Worker(new URL("../worker/worker.js", import.meta.url), { type: "module" });

  /** @param {(message: string) => void} broken told where the worker's own code fails, with what the browser says of it */
  constructor(broken) {
    this.engineIsThere = /** @type {Promise<void>} */ (
      new Promise((resolve) => {
        this.#engineComes = resolve;
      })
    );
    this.#worker.onmessage = ({ data }) => this.#take(data);
    this.#worker.onerror = ({ message }) => broken(message);
  }

  /** @param {{type: string, question?: number}} message of the worker's: news, or an answer */
  #take({ type, question, ...values }) {
    if (question !== undefined) {
      this.#askers.get(question)?.(values);
      this.#askers.delete(question);
      return;
    }
    if (type === "opened") {
      this.opened = true;
      this.#engineComes();
    }
    this.#listeners[type](values);
  }

  /**
   * @param {Partial<Listeners<News>>} listeners by the kind of news that each is told
   * @param {(news: {number?: number}) => boolean} [isMeant] whether they are told at all
   */
  listen(listeners, isMeant = () => true) {
    const all = /** @type {Record<string, (news: object) => unknown>} */ (listeners);
    for (const [type, listener] of Object.entries(all)) {
      this.#listeners[type] = (news) => isMeant(news) && listener(news);
    }
  }

  /**
   * @param {ToDo} order
   * @param {Transferable[]} [transfer] what leaves the page with it
   */
  send(order, transfer = []) {
    this.#worker.postMessage(order, transfer);
  }

  /**
   * @template {keyof Questions} Kind
   * @param {Kind} type
   * @param {Questions[Kind][0]} what
   * @returns {Promise<Questions[Kind][1]>} the worker's answer to this question, whatever it is asked meanwhile
   */
  ask(type, what) {
    this.#asked += 1;
    const question = this.#asked;
    this.#worker.postMessage({ type, question, ...what });
    return new Promise((resolve) => this.#askers.set(question, resolve));
  }

  /** Ends the worker, and with it everything that it does. */
  end() {
    this.#worker.terminate();
  }
}
