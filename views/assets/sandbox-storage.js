// @ts-check
// Platform storage (LTI postMessage Storage, LTI Client Side postMessages): what a tool's page puts here, pages of the
// same origin get back, and no others. It lives as long as this page does.

{
  const atMostKeys = 500;
  const atMostLength = 4096;
  const subjects = new Set(["lti.capabilities", "lti.get_data", "lti.put_data"]);
  const { origins = "", frame } = document.currentScript?.dataset ?? {};
  const toolOrigins = new Set(origins.split(" ").filter(Boolean));

  /** Origin → key → value. @type {Map<string, Map<string, string>>} */
  const stored = new Map();

  /** @typedef {{ subject: string, message_id?: unknown, key?: unknown, value?: unknown }} StorageRequest */

  /**
   * @param {unknown} data
   * @returns {data is StorageRequest}
   */
  const isRequest = (data) => typeof Object(data).subject === "string";

  /**
   * @param {string} code
   * @param {string} message
   */
  const fault = (code, message) => ({ error: { code, message } });

  const capabilities = () => {
    const where = frame === undefined ? {} : { frame };
    return [
      { subject: "lti.capabilities" },
      { subject: "lti.get_data", ...where },
      { subject: "lti.put_data", ...where },
    ];
  };

  /**
   * @param {Map<string, string>} own
   * @param {string} key
   * @param {unknown} value null takes the key away
   */
  const put = (own, key, value) => {
    if (value === null) {
      own.delete(key);
      return { key, value };
    }
    if (typeof value !== "string") return fault("bad_request", "value must be text or null");
    const isFull = !own.has(key) && own.size >= atMostKeys;
    if (isFull || value.length > atMostLength) return fault("storage_exhaustion", "there is no room for it");
    own.set(key, value);
    return { key, value };
  };

  /**
   * What the answer says beside its subject.
   * @param {StorageRequest} request
   * @param {string} origin
   */
  const answer = ({ subject, message_id: id, key, value }, origin) => {
    if (!subjects.has(subject))
      return fault("unsupported_subject", "this platform does not know this message");
    if (!toolOrigins.has(origin)) return fault("wrong_origin", "no tool of this platform has this origin");
    if (subject === "lti.capabilities") return { supported_messages: capabilities() };
    if (typeof id !== "string") return fault("bad_request", "message_id must be text");
    if (typeof key !== "string") return fault("bad_request", "key must be text");
    const own = stored.get(origin) ?? new Map();
    stored.set(origin, own);
    return subject === "lti.get_data" ? { key, value: own.get(key) ?? null } : put(own, key, value);
  };

  window.addEventListener("message", ({ data, origin, source }) => {
    if (!isRequest(data) || !data.subject.startsWith("lti.") || data.subject.endsWith(".response")) return;
    const asker = /** @type {Window | null} */ (source);
    const said = { subject: `${data.subject}.response`, message_id: data.message_id };
    asker?.postMessage({ ...said, ...answer(data, origin) }, origin);
  });
}
