// @ts-check
// Saves each answer of a quiz as soon as it is given. Without this module the page's own buttons do it.

const form = document.querySelector("form[data-autosave]");
const line = document.querySelector(".saving");

if (form instanceof HTMLFormElement && line instanceof HTMLElement) keepSaved(form, line);

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} line where it is said, politely, that all is saved
 */
function keepSaved(form, line) {
  /** Names of the fields that changed and are not saved yet. @type {Set<string>} */
  const waiting = new Set();
  let busy = false;

  form.addEventListener("change", (event) => {
    if (!(event.target instanceof HTMLInputElement)) return;
    waiting.add(event.target.name);
    void save();
  });
  window.addEventListener("online", () => void save());
  say("ready");

  // One at a time, so that an older answer can't arrive after a newer one.
  async function save() {
    if (busy || waiting.size === 0) return;
    busy = true;
    const sent = [...waiting];
    waiting.clear();
    say("saving");
    const outcome = await post(form, sent);
    busy = false;
    if (outcome === "failed") for (const name of sent) waiting.add(name);
    say(outcome);
    if (outcome === "saved") await save();
  }

  /** @param {"ready" | "saving" | "saved" | "failed" | "ended"} what */
  function say(what) {
    line.classList.toggle("failed", what === "failed" || what === "ended");
    line.textContent = (line.dataset[what] ?? "").replace("#", String(answered(form)));
  }
}

/**
 * Posts the named fields as drafts.
 * @param {HTMLFormElement} form
 * @param {string[]} names
 * @returns {Promise<"saved" | "failed" | "ended">}
 */
async function post(form, names) {
  const all = new FormData(form);
  const body = new URLSearchParams({ do: "draft" });
  for (const name of ["token", "form"]) body.append(name, String(all.get(name)));
  for (const name of names) {
    body.append("shown", name.slice("item.".length));
    for (const value of all.getAll(name)) body.append(name, String(value));
  }
  try {
    const answer = await fetch(form.action, { method: "POST", body, keepalive: true });
    if (answer.status === 204) return "saved";
    return answer.status === 409 ? "ended" : "failed";
  } catch {
    return "failed";
  }
}

/** @param {HTMLFormElement} form */
function answered(form) {
  const names = [...new FormData(form).keys()].filter((name) => name.startsWith("item."));
  return new Set(names).size;
}
