// @ts-check
// Carries a visit in a frame whose browser keeps no cookie. This page stays; the visit's pages are fetched with the
// secret in a header, and shown in its place. The secret is kept in memory only, and goes to our own origin alone.
import { wantedByForm, wantedByLink } from "./carrier-form.js";
import { focusOn, showPage } from "./carrier-page.js";

/** @typedef {import("./carrier-form.js").Wanted} Wanted */
/** @typedef {"push" | "replace" | "keep"} Entry what becomes of the browser's history */
/** @typedef {{ open(url: string): Promise<void>, show(answer: Response): Promise<void>, post(form: HTMLFormElement): Promise<Response> }} Carrier */

/** @param {string} secret @returns {Carrier} */
export function carry(secret) {
  sendSecret(secret);
  const failed = document.getElementById("carrier-failed");
  /** The address of what is shown, without its fragment. */
  let here = "";
  let turn = 0;
  let posting = false;
  let waiting = new AbortController();

  /** @param {Wanted} wanted @param {Entry} entry @param {number} [y] */
  async function go(wanted, entry, y) {
    if (posting) return;
    const { url, method, body } = wanted;
    posting = method === "POST";
    waiting.abort();
    waiting = new AbortController();
    turn += 1;
    const mine = turn;
    document.querySelector("main")?.setAttribute("aria-busy", "true");
    try {
      const headers = { Accept: "text/html, */*;q=0.1", "Tessera-Carrier": "1" };
      const answer = await fetch(url, { method, headers, signal: waiting.signal, ...(body ? { body } : {}) });
      if (mine === turn) await take(answer, wanted, entry, y);
    } catch {
      if (mine === turn) sayFailed(() => go(wanted, entry, y));
    } finally {
      if (mine === turn) document.querySelector("main")?.removeAttribute("aria-busy");
      if (method === "POST") posting = false;
    }
  }

  /** @param {Response} answer @param {Wanted} wanted @param {Entry} entry @param {number} [y] */
  async function take(answer, wanted, entry, y) {
    const leadsTo = answer.headers.get("Tessera-Location");
    if (leadsTo !== null) {
      posting = false;
      const url = new URL(leadsTo, answer.url);
      if (url.origin !== location.origin) location.assign(url);
      else await go({ url, method: "GET", target: "" }, entry === "keep" ? "replace" : entry);
      return;
    }
    if (answer.status === 204) return;
    if (wanted.save || !isPage(answer)) return saveFile(answer);
    const html = await answer.text();
    const url = new URL(answer.url);
    if (!answer.redirected) url.hash = wanted.url.hash;
    // What a form itself answers stands at no address that could be asked for again.
    if (wanted.method === "GET") remember(url, entry);
    showPage(html, { hash: url.hash, ...(y === undefined ? {} : { y }) });
  }

  /** @param {URL} url @param {Entry} entry */
  function remember(url, entry) {
    const same = withoutHash(url) === here;
    here = withoutHash(url);
    if (entry === "keep") return;
    if (entry === "push" && !same) history.pushState({ carried: true }, "", url);
    else history.replaceState({ carried: true }, "", url);
  }

  /** @param {() => void} again */
  function sayFailed(again) {
    if (!(failed instanceof HTMLTemplateElement)) return;
    document.querySelector("[data-carrier-failed]")?.remove();
    const notice = document.importNode(failed.content, true).firstElementChild;
    if (!(notice instanceof HTMLElement)) return;
    notice.dataset.carrierFailed = "";
    notice.querySelector("button")?.addEventListener("click", () => {
      notice.remove();
      again();
    });
    document.querySelector("main")?.prepend(notice);
    focusOn(notice.querySelector("h2"));
    notice.scrollIntoView();
  }

  /** Whether we bring this about; all else is the browser's. @param {Wanted} wanted */
  function isOurs({ url, target }) {
    if (url.origin !== location.origin) return false;
    // In a window of its own a page of the visit would not be let in.
    return (
      target === "" || target === "_self" || (target === "_blank" && url.pathname.startsWith("/visits/"))
    );
  }

  function leave() {
    history.replaceState({ ...history.state, y: window.scrollY }, "");
  }

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const wanted = wantedByLink(link);
    const within = wanted.url.hash !== "" && withoutHash(wanted.url) === here;
    if (within || !isOurs(wanted)) return;
    event.preventDefault();
    leave();
    void go(wanted, "push");
  });
  document.addEventListener("submit", (event) => {
    if (!(event.target instanceof HTMLFormElement) || event.defaultPrevented) return;
    const wanted = wantedByForm(event.target, event.submitter);
    if (!wanted || !isOurs(wanted)) return;
    event.preventDefault();
    leave();
    void go(wanted, "push");
  });
  window.addEventListener("popstate", ({ state }) => {
    const url = new URL(location.href);
    if (withoutHash(url) === here) return;
    posting = false;
    void go({ url, method: "GET", target: "" }, "keep", Number(state?.y ?? 0));
  });

  return {
    open: (url) => go({ url: new URL(url, location.href), method: "GET", target: "" }, "replace"),
    show: async (answer) => showPage(await answer.text()),
    post: (form) => {
      const { url, body } = /** @type {Wanted} */ (wantedByForm(form, null));
      return fetch(url, { method: "POST", headers: { Accept: "text/html" }, ...(body ? { body } : {}) });
    },
  };
}

/** From here on requests of this page and its scripts carry the secret: GET and POST on our own origin. @param {string} secret */
function sendSecret(secret) {
  const plainFetch = window.fetch.bind(window);
  window.fetch = (input, init = {}) => {
    const asked = input instanceof Request ? input : undefined;
    const url = new URL(asked ? asked.url : String(input), document.baseURI);
    const method = (init.method ?? asked?.method ?? "GET").toUpperCase();
    if (url.origin !== location.origin || !["GET", "POST"].includes(method)) return plainFetch(input, init);
    const headers = new Headers(init.headers ?? asked?.headers);
    headers.set("Authorization", `Bearer ${secret}`);
    return plainFetch(input, { ...init, headers });
  };
}

/** @param {Response} answer */
const isPage = (answer) => (answer.headers.get("Content-Type") ?? "").startsWith("text/html");

/** @param {URL} url */
const withoutHash = (url) => url.href.slice(0, url.href.length - url.hash.length);

/** What is no page becomes a file, under the name that came with it. @param {Response} answer */
async function saveFile(answer) {
  const named = /filename="?([^";]+)/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1];
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = named ?? new URL(answer.url).pathname.split("/").at(-1) ?? "";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
