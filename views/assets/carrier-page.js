// @ts-check
// Shows a page's markup in the place of this one, as the browser would if it had loaded it.

let shown = 0;

/**
 * @param {string} html a whole page of ours
 * @param {{ hash?: string, y?: number }} place where in it to begin: at an element, or at a height in pixels
 */
export function showPage(html, { hash = "", y = 0 } = {}) {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.title = page.title;
  copyAttributes(page.documentElement, document.documentElement);
  for (const link of page.head.querySelectorAll("link[rel=stylesheet]")) addStyles(link);
  const scripts = [...page.querySelectorAll("script[src]")];
  const hadFocus = document.hasFocus();
  document.body.replaceWith(document.adoptNode(page.body));
  shown += 1;
  for (const script of scripts) run(script);
  const target = hash === "" ? null : document.getElementById(decodeURIComponent(hash.slice(1)));
  // A page that the person is not in yet takes no focus from the course page around it.
  if (hadFocus) focusOn(target ?? document.querySelector("[autofocus]") ?? document.querySelector("h1"));
  if (target) target.scrollIntoView();
  else window.scrollTo(0, y);
}

/** Language, direction and the like. @param {Element} from @param {Element} to */
function copyAttributes(from, to) {
  for (const { name } of [...to.attributes]) if (!from.hasAttribute(name)) to.removeAttribute(name);
  for (const { name, value } of from.attributes) to.setAttribute(name, value);
}

/** @param {Element} link */
function addStyles(link) {
  if (!(link instanceof HTMLLinkElement)) return;
  const known = [...document.head.querySelectorAll("link[rel=stylesheet]")];
  if (known.some((one) => one instanceof HTMLLinkElement && one.href === link.href)) return;
  document.head.append(document.adoptNode(link));
}

/**
 * Runs a script that the parser left alone. A module runs once for each address, so each page's get an address of
 * their own: the fragment asks for nothing new of the server.
 * @param {Element} parsed
 */
function run(parsed) {
  const script = document.createElement("script");
  for (const { name, value } of parsed.attributes) script.setAttribute(name, value);
  script.src = `${script.src}#${String(shown)}`;
  if (parsed.isConnected) parsed.replaceWith(script);
  else document.body.append(script);
}

/** Where a screen reader goes on, as at the beginning of a new page. @param {Element | null} element */
export function focusOn(element) {
  if (!(element instanceof HTMLElement)) return;
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}
