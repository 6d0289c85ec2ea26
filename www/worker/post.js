// What the worker tells the page.

/** @import { News, Questions } from "../shared/messages.js" */

/**
 * @template {keyof News} Kind
 * @param {Kind} type which of the page's listeners is told
 * @param {News[Kind]} news
 */
export function post(type, news) {
  postMessage({ type, ...news });
}

/**
 * @template {keyof Questions} Kind
 * @param {number} question
 * @param {Questions[Kind][1]} answer
 */
export function postAnswer(question, answer) {
  postMessage({ type: "answer", question, ...answer });
}
