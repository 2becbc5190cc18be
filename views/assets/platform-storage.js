// @ts-check
// What a platform keeps for us where the browser keeps no cookie (1EdTech LTI Client Side postMessages 1.0): texts under
// keys, put and got by messages to a frame of the platform's.

/**
 * @typedef {{ frame: string, origin: string, key: string }} Place the frame's name or `_parent`; the only origin that
 * is written to and believed
 */

/** The place that the page names. @returns {Place & { data: DOMStringMap }} */
export function placeOfPage() {
  const element = document.getElementById("platform-storage");
  const data = element?.dataset ?? {};
  return { frame: data.frame ?? "", origin: data.origin ?? "", key: data.key ?? "", data };
}

/** Puts a text, and resolves when the platform says that it keeps it. @param {Place} place @param {string} value @param {number} ms */
export async function putData(place, value, ms) {
  await ask(place, { subject: "lti.put_data", key: place.key, value }, ms);
}

/** Gets the text. @param {Place} place @param {number} ms @returns {Promise<string>} */
export async function getData(place, ms) {
  const { value } = await ask(place, { subject: "lti.get_data", key: place.key }, ms);
  if (typeof value !== "string") throw new Error("nothing is kept");
  return value;
}

/** Has the platform forget the text; nobody waits for that. @param {Place} place */
export function forgetData(place) {
  const message = { subject: "lti.put_data", message_id: messageId(), key: place.key, value: null };
  frameOf(place).postMessage(message, place.origin);
}

/**
 * @param {Place} place
 * @param {{ subject: string, key: string, value?: string }} message
 * @param {number} ms how long to wait for the answer
 * @returns {Promise<Record<string, unknown>>}
 */
function ask(place, message, ms) {
  const id = messageId();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => done(reject, new Error("no answer came")), ms);
    window.addEventListener("message", hear);
    // The platform's page may still be loading, and then nobody hears: we say it again until we are answered.
    const send = () => frameOf(place).postMessage({ ...message, message_id: id }, place.origin);
    const again = setInterval(send, 200);
    send();

    /** @param {MessageEvent} event */
    function hear({ origin, data }) {
      if (origin !== place.origin || typeof data !== "object" || data === null) return;
      if (data.subject !== `${message.subject}.response` || data.message_id !== id) return;
      if (data.error) done(reject, new Error("the platform refused"));
      else done(resolve, data);
    }

    /** @template T @param {(value: T) => void} end @param {T} value */
    function done(end, value) {
      clearTimeout(timer);
      clearInterval(again);
      window.removeEventListener("message", hear);
      end(value);
    }
  });
}

const messageId = () => crypto.getRandomValues(new Uint32Array(4)).join("-");

/** The named frame beside us; where the platform has none, the page that frames or opened us. @param {Place} place */
function frameOf({ frame }) {
  const platform = window.parent !== window ? window.parent : (window.opener ?? window.parent);
  if (frame === "_parent") return platform;
  try {
    return platform.frames[frame] ?? platform;
  } catch {
    // A window of another origin throws at names that it has no frame by.
    return platform;
  }
}

/** Shows that we are at it, or the way by a new window. @param {boolean} trying */
export function showTrying(trying) {
  const [opening, newWindow] = ["opening", "new-window"].map((id) => document.getElementById(id));
  if (opening) opening.hidden = !trying;
  if (newWindow) newWindow.hidden = trying;
}
