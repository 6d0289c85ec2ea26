// The one place where the page says that something went wrong, and what to do; and, more quietly, that something is new.

const notice = document.getElementById("notice");
const error = document.getElementById("error");
const retry = document.getElementById("retry");
let current;

/**
 * @param {string} message tells the visitor what to do
 * @param {unknown} about what it concerns: only news of the same clears it
 * @param {() => void} [again] what the button to try again does; without it there is no button
 * @param {string} label what the button says
 */
export function showError(message, about, again, label = "Try again") {
  current = about;
  error.textContent = message;
  retry.onclick = () => {
    clearError(about);
    again();
  };
  retry.hidden = !again;
  retry.textContent = label;
  notice.hidden = error.hidden = false;
  notice.scrollIntoView({ block: "nearest" });
}

/** @param {unknown} about */
export function clearError(about) {
  if (about === current) {
    clearErrors();
  }
}

/** Clears whatever is shown. */
export function clearErrors() {
  current = undefined;
  notice.hidden = error.hidden = retry.hidden = true;
  error.textContent = "";
}

const news = document.getElementById("news");

/**
 * @param {string} message
 * @param {string} action what the button says
 * @param {() => void} act what it does; then the message has done its work
 */
export function showNews(message, action, act) {
  news.hidden = false;
  document.getElementById("news-text").textContent = message;
  // A region that was hidden is not always read aloud.
  document.getElementById("announcement").textContent = message;
  const button = document.getElementById("news-action");
  button.textContent = action;
  button.onclick = () => {
    clearNews();
    act();
  };
  news.scrollIntoView({ block: "nearest" });
}

export function clearNews() {
  news.hidden = true;
}
