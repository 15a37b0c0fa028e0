// The form's draft: kept while a person types, and found again on another computer.
//
// What is typed goes to the portal a moment later, and when the page is left or hidden. Of two pages
// with one draft the portal takes texts only from the one that knows what the other did; this asks
// the person then. Everything hangs on the document, because htmx puts new forms in place.

import { csrfToken } from "../../faxes/upload/upload_api.js";
import { realClock } from "../../lib/upload_request.js";
import { keep, takeBack } from "./unsaved_text.js";
import { Saver } from "./autosave.js";

/** Said of a form by itself, not by its person. */
const NOT_TYPED = ["csrfmiddlewaretoken", "declared", "copy", "version", "answered"].concat(
  ["attached", "unattached", "shown_names"],
);

const form = () => /** @type {HTMLFormElement | null} */ (document.getElementById("compose-form"));
const byId = (/** @type {string} */ id) => document.getElementById(id);

/** The form that stands here. @type {HTMLFormElement | null} */
let begun = null;
/** Whether the person wants this page's texts, whatever another page did. */
let prevails = false;

const saver = new Saver({ read: typed, send, clock: realClock });

/** Fields that hold nothing in a form that nobody has begun. */
const EMPTY_AT_FIRST = ["recipients", "subject", "note", "due_at"].concat(
  ["cover", "cover_attention", "cover_sender", "cover_message"],
);

/** Whether a form without a draft holds something: typed, or brought back, before this ran. */
function isTypedAnew() {
  const texts = new FormData(form());
  if (texts.get("version") !== "0") return false;
  return EMPTY_AT_FIRST.some((name) => texts.get(name));
}

/** What stands in the form, as it would be posted, but for files. */
function typed() {
  if (!form()) return "";
  const fields = [...new FormData(form())].filter(
    ([name, value]) => typeof value === "string" && !NOT_TYPED.includes(name),
  );
  return new URLSearchParams(/** @type {[string, string][]} */ (fields)).toString();
}

/**
 * @param {string} text
 * @param {{isLeaving: boolean}} how
 * @returns {Promise<import("./autosave.js").Outcome>}
 */
async function send(text, { isLeaving }) {
  const body = new URLSearchParams(text);
  for (const [name, value] of formCopy()) body.set(name, value);
  if (prevails) body.set("prevails", "");
  let answer;
  try {
    answer = await fetch(form().dataset.save, {
      method: "POST",
      headers: { "X-CSRFToken": csrfToken() },
      body,
      redirect: "manual",
      // Browsers let only small requests outlive their page, and refuse others.
      keepalive: isLeaving && body.toString().length < 60_000,
    });
  } catch {
    return show("lost");
  }
  if (answer.type === "opaqueredirect") return show("signed out");
  if (answer.status >= 500 || answer.status === 429) return show("lost");
  if (!answer.ok && answer.status !== 409) return show("refused");
  if (answer.ok) prevails = false;
  if (answer.status === 200) nameDraft();
  return show(answer.ok ? "saved" : "conflict", await answer.text());
}

/**
 * @param {import("./autosave.js").Outcome} outcome
 * @param {string} fragment
 */
function show(outcome, fragment = "") {
  if (!byId("saved")) return outcome;
  byId("not-saved").hidden = outcome !== "lost";
  byId("signed-out").hidden = outcome !== "signed out";
  const parsed = new DOMParser().parseFromString(fragment, "text/html").getElementById("saved");
  if (parsed) byId("saved").replaceWith(document.adoptNode(parsed));
  else if (outcome !== "saved") byId("saved").replaceChildren();
  // Its documents may be others by now: nobody decides between texts without seeing those.
  if (outcome === "conflict") document.dispatchEvent(new Event("draft:elsewhere"));
  return outcome;
}

const key = () => /** @type {HTMLInputElement} */ (form().querySelector("[name=key]")).value;
const draftAddress = () => `${location.pathname}?draft=${key()}`;
const who = () => document.querySelector(".account-name")?.textContent ?? "";

/** There is a draft: a reload, or signing in again, comes back to it. */
export function nameDraft() {
  if (form()) history.replaceState(history.state, "", draftAddress());
}

/** Puts back what was typed into this form after the session had run out. */
function putBack() {
  for (const [name, value] of takeBack(sessionStorage, { key: key(), who: who() })) {
    const field = form().elements.namedItem(name);
    if (!(field instanceof HTMLElement) || !("value" in field) || field.value === value) continue;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** Which copy of the form this is, for everything that changes the draft. @returns {string[][]} */
export function formCopy() {
  const value = (/** @type {string} */ name) =>
    /** @type {HTMLInputElement | null} */ (form()?.querySelector(`[name=${name}]`))?.value ?? "";
  return [
    ["copy", value("copy")],
    ["version", value("version")],
  ];
}

const isInForm = (/** @type {Event} */ event) =>
  event.target instanceof Element && event.target.closest("#compose-form") !== null;

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    if (isInForm(event)) saver.changed();
  });
}
document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || !event.target.closest("[data-keep-mine]")) return;
  prevails = true;
  saver.goOn();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) saver.now({ isLeaving: true });
  // Signed in again in another tab, maybe.
  else saver.changed();
});
window.addEventListener("pagehide", () => saver.now({ isLeaving: true }));
window.addEventListener("online", () => saver.now());

// The form goes: it brings all that is typed. If it does not get through, saving goes on.
const isOurs = (/** @type {Event} */ event) =>
  /** @type {CustomEvent} */ (event).detail.elt?.id === "compose-form";

document.addEventListener("htmx:beforeSend", (event) => {
  if (isOurs(event)) saver.hold();
});
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:sendAbort"]) {
  document.addEventListener(failure, (event) => {
    if (isOurs(event)) saver.goOn();
  });
}
// It stays, and goes once more when it has its files: the draft has all that is typed.
document.addEventListener("files-wanted", () => saver.begin());
// It goes on elsewhere: to its fax, or to the page for signing in, which leads back to the draft.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr } = /** @type {CustomEvent} */ (event).detail;
  if (!isOurs(event)) return;
  const onwards = xhr.getResponseHeader("HX-Redirect");
  const { signIn } = form().dataset;
  if (onwards?.startsWith(signIn)) {
    event.preventDefault();
    keep(sessionStorage, { key: key(), who: who(), typed: typed() });
    location.assign(`${signIn}?next=${encodeURIComponent(draftAddress())}`);
  } else if (onwards || xhr.getResponseHeader("HX-Location")) {
    history.replaceState(history.state, "", location.pathname);
  }
});
document.addEventListener("htmx:afterSettle", begin); // of this form or of anything else
window.addEventListener("pageshow", (event) => {
  if (event.persisted && form()) saver.begin();
});

function begin() {
  if (form() === begun) return;
  begun = form();
  if (!begun) return saver.hold();
  saver.begin({ isKnown: !isTypedAnew() });
  putBack();
}

begin();
