// @ts-check
// What a browser would send when a form is submitted, or a link followed.

/**
 * @typedef {{ url: URL, method: "GET" | "POST", body?: BodyInit, target: string, save?: boolean }} Wanted
 */

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button that was pressed
 * @returns {Wanted | undefined} nothing where no request follows
 */
export function wantedByForm(form, button) {
  // By attribute: a field may be called `action`.
  const said = (/** @type {string} */ name) => button?.getAttribute(`form${name}`) ?? form.getAttribute(name);
  const url = new URL(said("action") || location.href, document.baseURI);
  const target = said("target") ?? "";
  const fields = fieldsOf(form, button);
  const method = (said("method") ?? "get").toLowerCase();
  if (method === "dialog") return undefined;
  if (method === "post") {
    const inParts = said("enctype") === "multipart/form-data";
    return { url, method: "POST", body: inParts ? fields : asTexts(fields), target };
  }
  url.search = asTexts(fields).toString();
  return { url, method: "GET", target };
}

/** @param {HTMLAnchorElement} link @returns {Wanted} */
export function wantedByLink(link) {
  return { url: new URL(link.href), method: "GET", target: link.target, save: link.hasAttribute("download") };
}

/** @param {HTMLFormElement} form @param {HTMLElement | null} button */
function fieldsOf(form, button) {
  const fields = new FormData(form);
  const name = button?.getAttribute("name");
  if (name) fields.append(name, button?.getAttribute("value") ?? "");
  return fields;
}

/** @param {FormData} fields */
function asTexts(fields) {
  const texts = new URLSearchParams();
  for (const [name, value] of fields) texts.append(name, typeof value === "string" ? value : value.name);
  return texts;
}
