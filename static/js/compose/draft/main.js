// Keeps the draft of the compose form: saves it while a person types, and when the page is left or
// hidden. If two pages have the same draft, the portal saves no texts from a page that lacks the
// other page's changes. On that page, the person decides which texts count.
//
// All listeners are on the document, because htmx replaces the form after a mistake.

import { realClock } from "../../lib/clock.js";
import { csrfToken } from "../../lib/csrf_token.js";
import { closestTo, dataOf, elementFromHtml, find, findOptional } from "../../lib/dom.js";
import { onHtmx } from "../../lib/htmx.js";
import { Autosave } from "./autosave.js";
import { composeForm, draftAddress, draftKey, formCopy, nameDraftInAddress } from "./draft_form.js";
import { keepText, takeText } from "./unsaved_text.js";

/** Fields that only scripts fill in. */
const NOT_TYPED = ["csrfmiddlewaretoken", "declared", "copy", "version", "answered"].concat(
  ["attached", "unattached", "shown_names"],
);
/** Fields that are empty in a new form. */
const EMPTY_AT_FIRST = ["recipients", "subject", "note", "due_at"].concat(
  ["cover", "cover_attention", "cover_sender", "cover_message"],
);
/** The most characters of a request that outlives its page. Browsers refuse larger requests. */
const KEEPALIVE_LIMIT = 60_000;

/** @type {HTMLFormElement | null} */
let startedForm = null;
/** Whether the person decided that the texts of this page count, not those of another page. */
let prevails = false;

const autosave = new Autosave({ read: typed, send, clock: realClock });

/** Whether a form without a draft has texts, typed or restored before this script ran. */
function hasUnknownTexts() {
  const texts = new FormData(composeForm() ?? undefined);
  if (texts.get("version") !== "0") return false;
  return EMPTY_AT_FIRST.some((name) => texts.get(name));
}

/** The fields of the form as they would be posted, without files. */
function typed() {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(composeForm() ?? undefined)) {
    if (typeof value === "string" && !NOT_TYPED.includes(name)) fields.append(name, value);
  }
  return fields.toString();
}

/**
 * @param {string} text
 * @param {{isLeaving: boolean}} options
 * @returns {Promise<import("./autosave.js").Outcome>}
 */
async function send(text, { isLeaving }) {
  const body = new URLSearchParams(text);
  for (const [name, value] of formCopy()) body.set(name, value);
  if (prevails) body.set("prevails", "");
  let answer;
  try {
    answer = await fetch(dataOf(find("#compose-form"), "save"), {
      method: "POST",
      headers: { "X-CSRFToken": csrfToken() },
      body,
      redirect: "manual",
      keepalive: isLeaving && body.toString().length < KEEPALIVE_LIMIT,
    });
  } catch {
    return showOutcome("lost");
  }
  if (answer.type === "opaqueredirect") return showOutcome("signed out");
  if (answer.status >= 500 || answer.status === 429) return showOutcome("lost");
  if (!answer.ok && answer.status !== 409) return showOutcome("refused");
  if (answer.ok) prevails = false;
  if (answer.status === 200) nameDraftInAddress();
  return showOutcome(answer.ok ? "saved" : "conflict", await answer.text());
}

/**
 * @param {import("./autosave.js").Outcome} outcome
 * @param {string} html of the portal: `_draft_saved.html`
 */
function showOutcome(outcome, html = "") {
  const saved = findOptional("#saved");
  if (!saved) return outcome;
  find("#not-saved").hidden = outcome !== "lost";
  find("#signed-out").hidden = outcome !== "signed out";
  const fresh = elementFromHtml(html, "saved");
  if (fresh) saved.replaceWith(fresh);
  else if (outcome !== "saved") saved.replaceChildren();
  // Perhaps the draft's documents have changed, too. The person needs to see them to decide which
  // texts count.
  if (outcome === "conflict") document.dispatchEvent(new Event("draft:elsewhere"));
  return outcome;
}

const owner = () => ({
  key: draftKey(),
  who: findOptional(".account-name")?.textContent ?? "",
});

/** Puts back what was typed into this form after the session had ended. */
function restoreTexts() {
  const fields = find("#compose-form", HTMLFormElement).elements;
  for (const [name, value] of takeText(sessionStorage, owner())) {
    const field = fields.namedItem(name);
    if (!(field instanceof HTMLElement) || !("value" in field) || field.value === value) continue;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    if (closestTo(event, "#compose-form")) autosave.changed();
  });
}
document.addEventListener("click", (event) => {
  if (!closestTo(event, "[data-keep-mine]")) return;
  prevails = true;
  void autosave.resume();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) void autosave.saveNow({ isLeaving: true });
  // The person may have signed in again in another tab.
  else autosave.changed();
});
window.addEventListener("pagehide", () => void autosave.saveNow({ isLeaving: true }));
window.addEventListener("online", () => void autosave.saveNow());

/** @param {{elt?: Element}} detail */
const isOfForm = ({ elt }) => elt?.id === "compose-form";

// A form that is sent brings all that is typed. If the form fails to arrive, saving goes on.
onHtmx("beforeSend", (detail) => {
  if (isOfForm(detail)) autosave.pause();
});
onHtmx(["sendError", "responseError", "sendAbort"], (detail) => {
  if (isOfForm(detail)) void autosave.resume();
});
// The form stays on the page, and is sent again with its files. The portal has saved all its texts.
document.addEventListener("files-wanted", () => autosave.begin());
// The answer leads to the fax, or to the sign-in page, which leads back to the draft.
onHtmx("beforeOnLoad", (detail, event) => {
  if (!isOfForm(detail)) return;
  const redirect = detail.xhr.getResponseHeader("HX-Redirect");
  const signIn = dataOf(find("#compose-form"), "signIn");
  if (redirect?.startsWith(signIn)) {
    event.preventDefault();
    keepText(sessionStorage, { ...owner(), typed: typed() });
    location.assign(`${signIn}?next=${encodeURIComponent(draftAddress())}`);
  } else if (redirect || detail.xhr.getResponseHeader("HX-Location")) {
    history.replaceState(history.state, "", location.pathname);
  }
});
onHtmx("afterSettle", start);
window.addEventListener("pageshow", (event) => {
  if (event.persisted && composeForm()) autosave.begin();
});

function start() {
  const form = composeForm();
  if (form === startedForm) return;
  startedForm = form;
  if (!form) {
    autosave.pause();
    return;
  }
  autosave.begin({ isKnown: !hasUnknownTexts() });
  restoreTexts();
}

start();
